import { expect, onTestFinished, test } from 'vitest';
import { bodiesOf, consumerOf, producerOf } from './event-clients.ts';
import { connected } from './raw-client.ts';
import { startedBroker } from './started-broker.ts';
import { until } from './until.ts';

test('a subscription outlives the cut of its connection without loss or repetition', async () => {
  const broker = await startedBroker();
  // A send into a connection that is just being cut is never answered: the client would wait a minute before it retries.
  const retryOptions = { maxRetries: 5, retryDelayInMs: 100, timeoutInMs: 1_000 };
  const producer = producerOf(broker, 'telemetry', retryOptions);
  const bodies: unknown[] = [];
  const subscription = consumerOf(broker, { retryOptions }).subscribe(
    '0',
    {
      processEvents: async (events) => void bodies.push(...bodiesOf(events)),
      processError: async () => {},
    },
    {
      startPosition: { sequenceNumber: broker.partitions('telemetry')[0]!.firstSequence - 1 },
      maxWaitTimeInSeconds: 1,
    },
  );
  onTestFinished(() => subscription.close());
  for (let round = 0; round < 3; round++) {
    await producer.sendBatch([{ body: round }], { partitionId: '0' });
    await until(`the event of round ${round}`, () => bodies.length === round + 1);
    expect(broker.stats.connections).toBeGreaterThanOrEqual(2);
    broker.faults.cutConnections();
  }
  await producer.sendBatch([{ body: 'last' }], { partitionId: '0' });
  await until('the event after the last cut', () => bodies.includes('last'));
  expect(bodies).toEqual([0, 1, 2, 'last']);
});

test('closing the broker cuts its clients, frees the port and may be said twice', async () => {
  const broker = await startedBroker();
  await connected(broker);
  expect(broker.stats.connections).toBe(1);
  await broker.close();
  expect(broker.stats.connections).toBe(0);
  await broker.close();
  await startedBroker({ port: broker.port });
});

test('a taken port is an error', async () => {
  const broker = await startedBroker();
  await expect(startedBroker({ port: broker.port })).rejects.toThrow('EADDRINUSE');
});
