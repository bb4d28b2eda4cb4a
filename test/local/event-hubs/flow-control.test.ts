import { once } from 'node:events';
import rhea, { type Connection, type Receiver } from 'rhea';
import { expect, test } from 'vitest';
import type { Broker } from '../../../local/event-hubs/broker.ts';
import { connected, messagesOf, outcomeOf, readerAddress, receiverOf, senderTo } from './raw-client.ts';
import { startedBroker } from './started-broker.ts';
import { until } from './until.ts';

function publish(broker: Broker, partitionId: string, count: number, body: unknown = 'x'): void {
  for (let i = 0; i < count; i++) broker.publish('telemetry', { body }, { partitionId });
}

test('one session serves many readers at once, each with more credit than the session has places', async () => {
  const broker = await startedBroker();
  const ids = ['0', '1', '2', '3'];
  for (const id of ids) publish(broker, id, 6_000);
  const connection = await connected(broker);
  const received = ids.map((id) => messagesOf(receiverOf(connection, readerAddress(id), 10_000)));
  await until('all events', () => received.every((messages) => messages.length === 6_000));
});

test('a reader that grants all its credit and window at once needs to say no more', async () => {
  const broker = await startedBroker();
  publish(broker, '0', 6_000);
  const session = (await connected(broker)).create_session({ incoming: 100_000 });
  session.begin();
  const messages = messagesOf(session.open_receiver({ source: readerAddress('0'), credit_window: 10_000 }));
  await until('all events', () => messages.length === 6_000);
});

test('a reader never gets more than it granted credit for', async () => {
  const broker = await startedBroker();
  publish(broker, '0', 100);
  const connection = await connected(broker);
  const receiver = receiverOf(connection, readerAddress('0'), 0);
  const messages = messagesOf(receiver);
  await once(receiver, 'receiver_open');
  receiver.add_credit(10);
  await until('the first ten', () => messages.length === 10);
  publish(broker, '0', 100); // What is new does not count as credit.
  receiver.add_credit(20);
  await until('twenty more', () => messages.length === 30);
  // Anything too many would have come before this answer, which takes the same way.
  const sender = await senderTo(connection, 'telemetry/Partitions/0');
  expect(await outcomeOf(sender, rhea.message.encode({ body: 'y' }))).toBe('accepted');
  expect(messages).toHaveLength(30);
  await expectServed(broker, connection);
});

/** Deliveries that wait for credit would stand in the way of all other links of their session. */
async function expectServed(broker: Broker, connection: Connection): Promise<void> {
  publish(broker, '3', 1);
  const messages = messagesOf(receiverOf(connection, readerAddress('3'), 10));
  await until('another reader of the session is served', () => messages.length > 0);
}

test('a reader that takes its credit back gets what is there first, and can go on afterwards', async () => {
  const broker = await startedBroker();
  publish(broker, '0', 5);
  const connection = await connected(broker);
  const receiver = receiverOf(connection, readerAddress('0'), 0);
  const messages = messagesOf(receiver);
  await once(receiver, 'receiver_open');
  receiver.add_credit(1_000);
  await drained(receiver);
  expect(messages).toHaveLength(5);

  publish(broker, '0', 5);
  receiver.drain = false;
  receiver.add_credit(7);
  await until('the events after the drain', () => messages.length === 10);
  publish(broker, '0', 5);
  await until('the rest of the credit', () => messages.length === 12);
  await expectServed(broker, connection);
});

async function drained(receiver: Receiver): Promise<void> {
  const answer = once(receiver, 'receiver_drained');
  receiver.drain_credit();
  await answer;
}

test('a client that does not read fills neither the memory of the broker nor the way of the others', async () => {
  const broker = await startedBroker({ partitionBytesMax: 256 << 20 });
  publish(broker, '0', 200, 'y'.repeat(900_000));
  const stalled = await connected(broker);
  stalled.socket.pause();
  receiverOf(stalled, readerAddress('0'), 0).add_credit(200);
  stalled._process(); // Writes attach and credit, though nothing is read.
  await until('deliveries to the stalled client', () => broker.stats.delivered > 0);

  publish(broker, '1', 10);
  const messages = messagesOf(receiverOf(await connected(broker), readerAddress('1'), 100));
  await until('the other client is served', () => messages.length === 10);
  await steady(() => broker.stats.delivered);
  expect(broker.stats.delivered - 10).toBeLessThan(60);

  const late = messagesOf(stalled.find_receiver(() => true)!);
  stalled.socket.resume();
  await until('the stalled client gets the rest', () => late.length === 200);
});

/** Waits until a number has not changed for a while. */
async function steady(value: () => number): Promise<void> {
  let last = { value: value(), sinceMs: performance.now() };
  await until('nothing more happens', () => {
    if (value() !== last.value) last = { value: value(), sinceMs: performance.now() };
    return performance.now() - last.sinceMs > 300;
  });
}

test('an event that is sent along with the attach of its reader is not lost', async () => {
  const broker = await startedBroker();
  publish(broker, '0', 3);
  const connection = await connected(broker);
  // Both frames leave in one write: credit reaches the broker before it has answered the attach.
  const receiver = receiverOf(connection, readerAddress('0'), 0);
  const messages = messagesOf(receiver);
  receiver.add_credit(10);
  await until('the events', () => messages.length === 3);
});
