import {
  type EventData,
  EventHubBufferedProducerClient,
  type EventHubClientOptions,
  EventHubProducerClient,
} from '@azure/event-hubs';
import { expect, onTestFinished, test } from 'vitest';
import { partitionIndexOf } from '../../../local/event-hubs/partition-key.ts';
import { bodiesOf, consumerOf, noRetries, producerOf, receive, receiveAll } from './event-clients.ts';
import { startedBroker } from './started-broker.ts';

const numbered = (count: number): EventData[] => Array.from({ length: count }, (_, i) => ({ body: { i } }));

test('events of one send keep their order and their kinds of body', async () => {
  const broker = await startedBroker();
  await producerOf(broker).sendBatch([{ body: { a: 1 } }, { body: 'text' }, { body: Buffer.from('raw') }], {
    partitionId: '0',
  });
  const events = await receive(consumerOf(broker), '0', 3);
  expect(bodiesOf(events)).toEqual([{ a: 1 }, 'text', Buffer.from('raw')]);
  const first = broker.partitions('telemetry')[0]!.firstSequence;
  expect(events.map(({ sequenceNumber }) => sequenceNumber)).toEqual([first, first + 1, first + 2]);
  expect(broker.stats.received).toBe(3);
});

test('a partition key keeps a batch together, and all an event carries comes back', async () => {
  const broker = await startedBroker();
  const producer = producerOf(broker);
  const batch = await producer.createBatch({ partitionKey: 'machine-1' });
  expect(batch.maxSizeInBytes).toBe(1 << 20);
  const properties = { text: 'x', whole: 1, large: 2 ** 40, fraction: 1.5, flag: true };
  for (let i = 0; i < 10; i++) {
    batch.tryAdd({ body: { i }, properties, contentType: 'application/json', messageId: `m${i}`, correlationId: 'c' });
  }
  await producer.sendBatch(batch);
  const events = await receive(consumerOf(broker), String(partitionIndexOf('machine-1', 4)), 10);
  expect(events[3]).toMatchObject({
    body: { i: 3 },
    properties,
    partitionKey: 'machine-1',
    contentType: 'application/json',
    messageId: 'm3',
    correlationId: 'c',
  });
  expect(events.map(({ partitionKey }) => partitionKey)).toEqual(Array(10).fill('machine-1'));
});

test('a single event goes to the partition that is named', async () => {
  const broker = await startedBroker();
  await producerOf(broker).sendBatch([{ body: { single: true } }], { partitionId: '1' });
  expect(bodiesOf(await receive(consumerOf(broker), '1', 1))).toEqual([{ single: true }]);
});

test('sends without key or partition take turns', async () => {
  const broker = await startedBroker();
  const producer = producerOf(broker);
  for (let i = 0; i < 8; i++) await producer.sendBatch([{ body: i }]);
  const held = broker.partitions('telemetry').map(({ firstSequence, nextSequence }) => nextSequence - firstSequence);
  expect(held).toEqual([2, 2, 2, 2]);
});

test('a producer that buffers by partition puts each key where the broker would', async () => {
  const broker = await startedBroker();
  const failures: unknown[] = [];
  let sent = 0;
  const producer = new EventHubBufferedProducerClient(broker.connectionString, 'telemetry', {
    onSendEventsErrorHandler: async (context) => void failures.push(context.error),
    onSendEventsSuccessHandler: async (context) => {
      sent += context.events.length;
    },
    maxWaitTimeInMs: 100,
  });
  onTestFinished(() => producer.close({ flush: false }));
  for (let i = 0; i < 200; i++) await producer.enqueueEvent({ body: { i } }, { partitionKey: `key-${i}` });
  await producer.flush();
  expect([sent, failures]).toEqual([200, []]);

  const consumer = consumerOf(broker);
  for (const { id, firstSequence, nextSequence } of broker.partitions('telemetry')) {
    const events = await receive(consumer, id, nextSequence - firstSequence);
    const places = events.map(({ body }) => partitionIndexOf(`key-${body.i}`, 4));
    expect(new Set(places)).toEqual(new Set([Number(id)]));
  }
});

/** Private on this client, public on others. */
interface PublishingProperties {
  getPartitionPublishingProperties(partitionId: string): Promise<object>;
}

test('a producer that asks for idempotent retries is served, without them', async () => {
  const broker = await startedBroker();
  // Declared for the buffered producer only.
  const options = { enableIdempotentRetries: true, retryOptions: noRetries } as EventHubClientOptions;
  const producer = new EventHubProducerClient(broker.connectionString, 'telemetry', options);
  onTestFinished(() => producer.close());
  await producer.sendBatch(numbered(1), { partitionId: '0' });
  expect(broker.stats.received).toBe(1);
  const { getPartitionPublishingProperties } = producer as unknown as PublishingProperties;
  expect(await getPartitionPublishingProperties.call(producer, '0')).toEqual({
    isIdempotentPublishingEnabled: false,
    partitionId: '0',
  });
});

test('an event of 900 KB, many frames long, comes back whole', async () => {
  const broker = await startedBroker();
  const body = `${'y'.repeat(900_000)}!`;
  await producerOf(broker).sendBatch([{ body }], { partitionId: '3' });
  const [event] = await receive(consumerOf(broker), '3', 1);
  expect(event!.body).toBe(body);
});

test('a message over the limit is refused, and the next one is taken', async () => {
  const broker = await startedBroker();
  const producer = producerOf(broker, 'telemetry', noRetries);
  await expect(producer.sendBatch([{ body: 'x'.repeat(1_100_000) }])).rejects.toMatchObject({
    code: 'MessageTooLargeError',
    message: expect.stringMatching(/size: 11\d{5} bytes\) exceeds the limit \(1048576 bytes\)/),
  });
  await producer.sendBatch([{ body: 'small' }]);
  expect(bodiesOf(await receiveAll(broker))).toEqual(['small']);
});

test.each([
  ['hub', 'nohub', {}],
  ['partition', 'telemetry', { partitionId: '4' }],
])('sending to a %s that is not there is an error', async (_, hub, to) => {
  const broker = await startedBroker();
  await expect(producerOf(broker, hub, noRetries).sendBatch(numbered(1), to)).rejects.toMatchObject({
    code: 'MessagingEntityNotFoundError',
  });
});
