import { expect, test } from 'vitest';
import { consumerOf, noRetries, producerOf } from './event-clients.ts';
import { startedBroker } from './started-broker.ts';

test('a hub tells its name, age and partitions', async () => {
  const broker = await startedBroker();
  const properties = await producerOf(broker).getEventHubProperties();
  expect(properties).toMatchObject({ name: 'telemetry', partitionIds: ['0', '1', '2', '3'] });
  expect(Date.now() - properties.createdOn.getTime()).toBeLessThan(60_000);
});

test('a partition tells where it begins and ends, before its first event and after it', async () => {
  const broker = await startedBroker();
  const consumer = consumerOf(broker);
  const first = broker.partitions('telemetry')[0]!.firstSequence;
  expect(await consumer.getPartitionProperties('0')).toMatchObject({
    isEmpty: true,
    beginningSequenceNumber: first,
    lastEnqueuedSequenceNumber: first - 1,
    lastEnqueuedOffset: '-1',
  });
  const sentAt = Date.now();
  await producerOf(broker).sendBatch([{ body: 1 }, { body: 2 }], { partitionId: '0' });
  const properties = await consumer.getPartitionProperties('0');
  expect(properties).toMatchObject({
    eventHubName: 'telemetry',
    partitionId: '0',
    isEmpty: false,
    beginningSequenceNumber: first,
    lastEnqueuedSequenceNumber: first + 1,
  });
  expect(Number(properties.lastEnqueuedOffset)).toBeGreaterThan(0);
  expect(properties.lastEnqueuedOnUtc.getTime()).toBeGreaterThanOrEqual(sentAt);
});

test.each([
  ['partition', 'telemetry', '9'],
  ['hub', 'nohub', '0'],
])('asking for a %s that is not there is an error', async (_, hub, partitionId) => {
  const broker = await startedBroker();
  const consumer = consumerOf(broker, { hub, retryOptions: noRetries });
  await expect(consumer.getPartitionProperties(partitionId)).rejects.toMatchObject({
    code: 'MessagingEntityNotFoundError',
  });
});

test('partitions and publish name what is not there', async () => {
  const broker = await startedBroker();
  expect(() => broker.partitions('nohub')).toThrow("'nohub' could not be found");
  expect(() => broker.publish('nohub', { body: 1 })).toThrow("'nohub' could not be found");
  expect(() => broker.publish('telemetry', { body: 1 }, { partitionId: '7' })).toThrow('Partitions/7');
});
