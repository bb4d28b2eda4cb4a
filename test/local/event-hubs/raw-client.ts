import { once } from 'node:events';
import rhea, { type Connection, type Delivery, type Message, type Receiver, type Sender } from 'rhea';
import { onTestFinished } from 'vitest';
import type { Broker } from '../../../local/event-hubs/broker.ts';

/** A bare AMQP client, for what the vendor's client never does. It is cut off when the test ends. */
export async function connected(broker: Pick<Broker, 'port'>): Promise<Connection> {
  const container = rhea.create_container();
  // Errors of links reach the tests as events; without a listener rhea would throw them.
  for (const event of ['error', 'sender_error', 'receiver_error', 'disconnected']) container.on(event, () => {});
  const connection = container.connect({ host: '127.0.0.1', port: broker.port, reconnect: false });
  onTestFinished(() => {
    connection.socket.destroy();
    // rhea does not notice a destroyed socket: its timers would stay.
    connection._disconnected();
  });
  await once(connection, 'connection_open');
  return connection;
}

/** A link on which raw bytes can be sent. */
export async function senderTo(connection: Connection, address: string): Promise<Sender> {
  const sender = connection.open_sender({ target: { address } });
  await once(sender, 'sendable');
  return sender;
}

/** What became of a message: `accepted`, or the condition and description of its refusal. */
export async function outcomeOf(sender: Sender, bytes: Buffer, format = 0): Promise<string> {
  const delivery = sender.send(bytes, undefined, format);
  const { promise, resolve } = Promise.withResolvers<string>();
  const onAccepted = (context: { delivery: Delivery }) => {
    if (context.delivery === delivery) resolve('accepted');
  };
  const onRejected = (context: { delivery: Delivery }) => {
    const { condition, description } = context.delivery.remote_state?.error ?? {};
    if (context.delivery === delivery) resolve(`${condition}: ${description}`);
  };
  sender.on('accepted', onAccepted).on('rejected', onRejected);
  const outcome = await promise;
  sender.removeListener('accepted', onAccepted).removeListener('rejected', onRejected);
  return outcome;
}

export const readerAddress = (partitionId: string, hub = 'telemetry'): string =>
  `${hub}/ConsumerGroups/$Default/Partitions/${partitionId}`;

/** A link on which events arrive; with `credit` 0 the test grants it by itself. */
export function receiverOf(connection: Connection, address: string, credit: number): Receiver {
  return connection.open_receiver({ source: { address }, credit_window: credit });
}

/** Gathers what arrives on a link. */
export function messagesOf(receiver: Receiver): Message[] {
  const messages: Message[] = [];
  receiver.on('message', ({ message }: { message: Message }) => messages.push(message));
  return messages;
}
