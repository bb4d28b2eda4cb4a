/** Corrections to what rhea does with a client's connection and sessions, one function for each. */
import type { Socket } from 'node:net';
import type { ServerConnection, ServerReceiver, ServerSession, TransferFrame } from './rhea-internals.ts';

/** A message format that rhea does not know, so that it hands us the bytes. */
const rawFormat = 1;

/** How many fields each kind of frame has, by its descriptor. */
const fieldCounts: ReadonlyMap<number, number> = new Map([
  [0x10, 10], // open
  [0x11, 8], // begin
  [0x12, 14], // attach
  [0x13, 11], // flow
  [0x14, 11], // transfer
  [0x15, 6], // disposition
  [0x16, 3], // detach
  [0x17, 1], // end
  [0x18, 1], // close
]);

/** rhea leaves the empty fields at a frame's end away, as it may; the Python client counts on finding them. */
export function writeAllFields(connection: ServerConnection): void {
  const writeFrame = connection._write_frame;
  connection._write_frame = (channel, frame, payload) => {
    if (frame !== undefined) frame.value.length = fieldCounts.get(frame.constructor.descriptor.numeric)!;
    writeFrame.call(connection, channel, frame, payload);
  };
}

/**
 * rhea writes each frame by itself; gathering those of one turn saves most of the system calls.
 * @param onWritten called after each turn in which something was written
 */
export function gatherWrites(connection: ServerConnection, onWritten: () => void): void {
  const output = connection.output;
  let isCorked = false;
  connection.output = () => {
    const { socket } = connection;
    if (!isCorked && !socket.destroyed) {
      isCorked = true;
      socket.cork();
      setImmediate(() => {
        isCorked = false;
        socket.uncork();
        onWritten();
      });
    }
    output.call(connection);
  };
}

/** rhea waits for the peer's `end` only: when a socket is destroyed, its timers would keep the process alive. */
export function disconnectOnClose(connection: ServerConnection, socket: Socket): void {
  socket.once('close', () => connection._disconnected());
}

/** Tells of each flow frame. rhea keeps to itself those that open the session's window and name no link. */
export function onFlow(session: ServerSession, listener: () => void): void {
  const handleFlow = session.on_flow;
  session.on_flow = (frame) => {
    handleFlow.call(session, frame);
    listener();
  };
}

/**
 * Hands over messages as bytes, for rhea would decode those of the standard format and drop their bytes. What goes over
 * `bytesMax` is dropped frame by frame, since a message of no end would fill the memory.
 * @returns the size in bytes, with what was dropped, of the message that a link is delivering
 */
export function takeRawMessages(session: ServerSession, bytesMax: number): (link: ServerReceiver) => number {
  const handleTransfer = session.on_transfer;
  const sizes = new WeakMap<ServerReceiver, number>();
  session.on_transfer = (frame: TransferFrame) => {
    const link = session._get_link(frame);
    const isFirst = link._incomplete === undefined;
    if (isFirst) frame.performative.message_format ||= rawFormat;
    const size = (isFirst ? 0 : (sizes.get(link) ?? 0)) + (frame.payload?.length ?? 0);
    sizes.set(link, size);
    // rhea expects a payload in the first frame, and skips the others without one.
    if (size > bytesMax) frame.payload = undefined;
    if (isFirst) frame.payload ??= Buffer.alloc(0);
    handleTransfer.call(session, frame);
  };
  return (link) => sizes.get(link) ?? 0;
}
