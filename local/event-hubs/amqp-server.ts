import type { Socket } from 'node:net';
import rhea, { type Container } from 'rhea';
import { parseSource, parseTarget } from './addresses.ts';
import { amqpErrorOf } from './amqp-fault.ts';
import { disconnectOnClose, gatherWrites, onFlow, takeRawMessages, writeAllFields } from './client-connection.ts';
import type { ReaderLinks } from './reader-links.ts';
import type { RequestLinks } from './request-links.ts';
import type { ServerConnection, ServerReceiver, ServerSender, ServerSession } from './rhea-internals.ts';
import type { Delivery, SenderLinks } from './sender-links.ts';

/** Where the links of clients lead. */
export interface Doors {
  readonly readers: ReaderLinks;
  readonly senders: SenderLinks;
  readonly requests: RequestLinks;
  readonly messageBytesMax: number;
}

const connectionOptions = {
  max_frame_size: 65_536,
  channel_max: 4_999,
  idle_time_out: 240_000,
  reconnect: false,
  properties: { product: 'Sluice local twin' },
  // A sender without credit sleeps for a whole second, so it must hardly ever run out of it.
  receiver_options: { autoaccept: false, credit_window: 2_000 },
  sender_options: { autosettle: true },
};

const linksPerSessionMax = 4_096;
const mixedSettlement = 2;

/** Failures of a client's connection are the client's affair; without a listener rhea would throw them. */
const failureEvents = [
  'error',
  'connection_error',
  'session_error',
  'sender_error',
  'receiver_error',
  'protocol_error',
];

/** @returns what speaks AMQP 1.0 on the socket of a client */
export function amqpAcceptor(doors: Doors): (socket: Socket) => void {
  const container = makeContainer(doors);
  return (socket) => {
    const connection = container.create_connection({ ...connectionOptions, port: 0 }) as unknown as ServerConnection;
    connection.accept(socket);
    const pump = () => doors.readers.pumpConnection(connection);
    gatherWrites(connection, pump);
    writeAllFields(connection);
    disconnectOnClose(connection, socket);
    socket.on('drain', pump);
  };
}

function makeContainer(doors: Doors): Container {
  const container = rhea.create_container({ id: 'event-hubs' });
  const mechanisms = container.sasl_server_mechanisms;
  mechanisms.enable_anonymous();
  mechanisms.enable_plain(() => true); // Any key will do here.
  mechanisms.MSSBCBS = mechanisms.ANONYMOUS; // What the .NET client asks for.

  const sizeOf = new WeakMap<ServerSession, (link: ServerReceiver) => number>();
  container.on('session_open', ({ session }: { session: ServerSession }) => {
    session.local.begin.properties = {};
    session.local.begin.handle_max = linksPerSessionMax;
    sizeOf.set(session, takeRawMessages(session, doors.messageBytesMax));
    onFlow(session, () => doors.readers.pumpSession(session));
  });
  container.on('receiver_open', ({ receiver }: { receiver: ServerReceiver }) => {
    openOrRefuse(receiver, () => openForWriting(doors, receiver, sizeOf.get(receiver.session)!));
  });
  container.on('sender_open', ({ sender }: { sender: ServerSender }) => {
    openOrRefuse(sender, () => openForReading(doors, sender));
  });
  container.on('sender_close', ({ sender }: { sender: ServerSender }) => doors.readers.close(sender));
  container.on('session_close', ({ session }: { session: ServerSession }) => doors.readers.closeSession(session));
  const closeConnection = ({ connection }: { connection: ServerConnection }) =>
    doors.readers.closeConnection(connection);
  container.on('connection_close', closeConnection);
  container.on('disconnected', closeConnection);
  for (const event of failureEvents) container.on(event, () => {});
  return container;
}

/** Opens a link that a client asked for, or closes it with the reason why not. */
function openOrRefuse(link: ServerSender | ServerReceiver, open: () => void): void {
  const { attach } = link.local;
  // Clients of several makers refuse an attach without properties, source or target, or with another mode than theirs.
  attach.properties = {};
  attach.snd_settle_mode = link.snd_settle_mode ?? mixedSettlement;
  attach.source = link.remote.attach.source?.described();
  attach.target = link.remote.attach.target?.described();
  try {
    open();
  } catch (error) {
    link.close(amqpErrorOf(error));
  }
}

function openForReading(doors: Doors, link: ServerSender): void {
  const address = parseSource(link.source?.address);
  if (address.kind === 'node') doors.requests.openAnswers(link, address.node);
  else doors.readers.open(link, address);
}

interface MessageContext {
  readonly message: Buffer;
  readonly delivery: Delivery;
  readonly format: number;
}

function openForWriting(doors: Doors, link: ServerReceiver, sizeOf: (link: ServerReceiver) => number): void {
  const address = parseTarget(link.target?.address);
  if (address.kind === 'node') {
    const answer = doors.requests.openRequests(link, address.node);
    link.on('message', ({ message, delivery }: MessageContext) => answer(message, delivery));
  } else {
    const store = doors.senders.open(link, address);
    link.on('message', ({ message, delivery, format }: MessageContext) => {
      store({ bytes: message, format, sizeBytes: sizeOf(link) }, delivery);
    });
  }
}
