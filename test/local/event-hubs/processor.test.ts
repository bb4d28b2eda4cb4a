import { EventHubConsumerClient, earliestEventPosition } from '@azure/event-hubs';
import { BlobCheckpointStore } from '@azure/eventhubs-checkpointstore-blob';
import { ContainerClient } from '@azure/storage-blob';
import { expect, onTestFinished, test } from 'vitest';
import type { Broker } from '../../../local/event-hubs/broker.ts';
import { startStorageEmulator } from '../../../local/storage/storage-emulator.ts';
import { producerOf } from './event-clients.ts';
import { startedBroker } from './started-broker.ts';
import { until } from './until.ts';

interface Processor {
  /** Partitions that it owns now. */
  readonly owned: Set<string>;
  readonly processed: number[];
  readonly errors: Error[];
  stop(): Promise<void>;
}

async function checkpointContainer(): Promise<ContainerClient> {
  const storage = await startStorageEmulator();
  onTestFinished(() => storage.close());
  const container = new ContainerClient(storage.connectionString, 'checkpoints');
  await container.create();
  return container;
}

/** A member of the consumer group that checkpoints each batch. */
function startProcessor(broker: Broker, container: ContainerClient): Processor {
  const consumer = new EventHubConsumerClient(
    'scoring',
    broker.connectionString,
    'telemetry',
    new BlobCheckpointStore(container),
    {
      loadBalancingOptions: {
        strategy: 'balanced',
        updateIntervalInMs: 300,
        partitionOwnershipExpirationIntervalInMs: 10_000,
      },
    },
  );
  const owned = new Set<string>();
  const processed: number[] = [];
  const errors: Error[] = [];
  const subscription = consumer.subscribe(
    {
      processInitialize: async ({ partitionId }) => void owned.add(partitionId),
      processClose: async (_, { partitionId }) => void owned.delete(partitionId),
      processEvents: async (events, context) => {
        processed.push(...events.map(({ body }) => body.i));
        if (events.length > 0) await context.updateCheckpoint(events.at(-1)!);
      },
      processError: async (error) => void errors.push(error),
    },
    { startPosition: earliestEventPosition, maxBatchSize: 100, maxWaitTimeInSeconds: 1 },
  );
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= subscription.close().then(() => consumer.close()));
  onTestFinished(stop);
  return { owned, processed, errors, stop };
}

async function send(broker: Broker, from: number, to: number): Promise<void> {
  const producer = producerOf(broker);
  for (let start = from; start < to; start += 50) {
    await producer.sendBatch(Array.from({ length: 50 }, (_, i) => ({ body: { i: start + i } })));
  }
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);

test('two processors share the partitions, and a third goes on exactly at their checkpoints', async () => {
  const broker = await startedBroker();
  const container = await checkpointContainer();
  await send(broker, 0, 1_000);
  const first = startProcessor(broker, container);
  await until('the first takes all', () => first.processed.length === 1_000);
  expect(first.owned.size).toBe(4);

  const second = startProcessor(broker, container);
  await until('each owns two', () => first.owned.size === 2 && second.owned.size === 2);
  await send(broker, 1_000, 2_000);
  const both = () => [...first.processed, ...second.processed];
  await until('all are processed', () => new Set(both()).size === 2_000);
  expect(second.processed.length).toBeGreaterThan(0);

  await first.stop();
  await second.stop();
  await send(broker, 2_000, 2_100);
  const third = startProcessor(broker, container);
  await until('the third gets what is new', () => third.processed.length >= 100);
  await third.stop();
  expect(sorted(third.processed)).toEqual(numbers(2_000, 2_100));
  expect(third.errors).toEqual([]);
});
