import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bodiesOf, consumerOf, producerOf, receive } from './event-clients.ts';
import { connected, messagesOf, readerAddress, receiverOf } from './raw-client.ts';
import { startedBroker, temporaryFolder } from './started-broker.ts';
import { until } from './until.ts';

const oneHub = { hubs: { telemetry: { partitions: 1, consumerGroups: [] } } };
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

test('a partition keeps no more events than it may, and the oldest go', async () => {
  const broker = await startedBroker({ ...oneHub, partitionEventsMax: 100 });
  const producer = producerOf(broker);
  const first = broker.partitions('telemetry')[0]!.firstSequence;
  for (const start of [0, 100, 200]) await producer.sendBatch(numbers(start, start + 100).map((body) => ({ body })));
  expect(broker.partitions('telemetry')).toEqual([{ id: '0', firstSequence: first + 200, nextSequence: first + 300 }]);
  const events = await receive(consumerOf(broker), '0', 100);
  expect(bodiesOf(events)).toEqual(numbers(200, 300));
});

test('a position that was dropped means the oldest event that is left', async () => {
  const broker = await startedBroker({ ...oneHub, partitionEventsMax: 10 });
  const dropped = broker.partitions('telemetry')[0]!.firstSequence;
  for (const body of numbers(0, 30)) broker.publish('telemetry', { body });
  const events = await receive(consumerOf(broker), '0', 10, { startPosition: { sequenceNumber: dropped } });
  expect(bodiesOf(events)).toEqual(numbers(20, 30));
});

test('a reader that falls behind the retention goes on with the oldest event that is left', async () => {
  const broker = await startedBroker({ ...oneHub, partitionEventsMax: 10 });
  const receiver = receiverOf(await connected(broker), readerAddress('0'), 0);
  const messages = messagesOf(receiver);
  broker.publish('telemetry', { body: 0 });
  receiver.add_credit(1);
  await until('the first event', () => messages.length === 1);
  for (const body of numbers(1, 50)) broker.publish('telemetry', { body });
  receiver.add_credit(100);
  await until('the events that are left', () => messages.length === 11);
  expect(messages.map(({ body }) => body)).toEqual([0, ...numbers(40, 50)]);
});

test('bytes are limited as well, on disk by whole segments, and the newest event always stays', async () => {
  const folder = await temporaryFolder();
  const partitionBytesMax = 64 << 10;
  const broker = await startedBroker({ ...oneHub, folder, partitionBytesMax });
  for (const _ of numbers(0, 500)) broker.publish('telemetry', { body: 'x'.repeat(1_000) });
  const { firstSequence, nextSequence } = broker.partitions('telemetry')[0]!;
  expect(nextSequence - firstSequence).toBeGreaterThan(50);
  expect(nextSequence - firstSequence).toBeLessThan(65);

  const segments = (await readdir(join(folder, 'telemetry', '0')))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b);
  expect(segments.length).toBeGreaterThan(2);
  expect(segments.length).toBeLessThan(12);
  expect(segments[0]).toBeLessThanOrEqual(firstSequence);
  expect(segments[1]).toBeGreaterThan(firstSequence);

  broker.publish('telemetry', { body: 'y'.repeat(partitionBytesMax) });
  const [last] = broker.partitions('telemetry');
  expect(last!.nextSequence - last!.firstSequence).toBe(1);
});
