/**
 * What the broker uses of rhea 3.0.5 beyond its typings. The version is pinned, and the tests drive each of these over
 * sockets, so that a release which changes them does not pass.
 */
import type { Socket } from 'node:net';
import type { Connection, Receiver, Sender, Session } from 'rhea';

/** A source or target as the peer sent it. */
interface Terminus {
  described(): unknown;
}

/** The fields of our own attach frame; they go out after the handler of the open event has returned. */
interface AttachFields {
  source?: unknown;
  target?: unknown;
  properties?: Readonly<Record<string, unknown>>;
  snd_settle_mode?: number;
  max_message_size?: number;
  offered_capabilities?: readonly string[];
}

export interface TransferFrame {
  readonly performative: { message_format?: number };
  payload?: Buffer | undefined;
}

interface LinkInternals {
  readonly session: ServerSession;
  readonly connection: ServerConnection;
  readonly local: { readonly attach: AttachFields };
  readonly remote: { readonly attach: { readonly source?: Terminus; readonly target?: Terminus } };
}

/** A link on which a client reads. */
export interface ServerSender extends Omit<Sender, keyof LinkInternals>, LinkInternals {
  /** What the client granted, less what was written: deliveries that wait to be written still count in. */
  readonly credit: number;
  /** Deliveries written so far, and credit given back. */
  readonly delivery_count: number;
  /** Whether the client wants its credit used up at once, and what is left of it given back. */
  readonly _draining?: boolean;
  /** With true, the next flow frame gives the credit back. */
  set_drained(drained: boolean): void;
}

/** A link on which a client writes. */
export interface ServerReceiver extends Omit<Receiver, keyof LinkInternals>, LinkInternals {
  /** The delivery of which more frames are to come. */
  readonly _incomplete?: object;
}

export interface ServerSession extends Omit<Session, 'connection'> {
  readonly connection: ServerConnection;
  readonly local: { readonly begin: { properties?: Readonly<Record<string, unknown>>; handle_max?: number } };
  readonly outgoing: {
    /** Deliveries for which the session still has a place. */
    available(): number;
    /** Number of the first delivery that has not been written. */
    readonly next_pending_delivery: number;
  };
  _get_link(frame: TransferFrame): ServerReceiver;
  on_transfer(frame: TransferFrame): void;
  on_flow(frame: unknown): void;
  _write_flow(link: ServerSender): void;
}

/** A frame to be written: its fields in the order of the standard, and what they belong to. */
export interface OutgoingFrame {
  readonly value: unknown[];
  readonly constructor: { readonly descriptor: { readonly numeric: number } };
}

export interface ServerConnection extends Omit<Connection, 'socket'> {
  readonly socket: Socket;
  accept(socket: Socket): ServerConnection;
  /** Takes a frame to be written; without one, it is a heartbeat. */
  _write_frame(channel: number, frame: OutgoingFrame | undefined, payload?: Buffer): void;
  /** Writes all frames that are due. */
  output(): void;
  /** Stops the timers and tells the container. */
  _disconnected(): void;
}
