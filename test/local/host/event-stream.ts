import { randomUUID } from 'node:crypto';
import { EventHubProducerClient } from '@azure/event-hubs';
import { ContainerClient } from '@azure/storage-blob';
import { onTestFinished } from 'vitest';
import { type Broker, startBroker } from '../../../local/event-hubs/broker.ts';
import type { StorageEmulator } from '../../../local/storage/storage-emulator.ts';

/** A hub with a broker of its own, so that a test meets no event and no checkpoint of another. */
export interface EventStream {
  readonly hub: string;
  readonly broker: Broker;
  /** App settings of the fixture that receives from it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Sends texts or bytes as one batch. */
  send(partitionId: string, bodies: readonly (string | Buffer)[]): Promise<void>;
  /** Sequence number up to which a partition is done; undefined before the first checkpoint. */
  checkpointOf(partitionId: string): Promise<number | undefined>;
  /** Sequence number of the newest event. */
  lastOf(partitionId: string): number;
}

export const consumerGroup = 'scoring';

export async function startStream(storage: StorageEmulator, partitions = 2): Promise<EventStream> {
  const hub = `hub-${randomUUID()}`;
  const broker = await startBroker({ hubs: { [hub]: { partitions, consumerGroups: [consumerGroup] } } });
  onTestFinished(() => broker.close());
  const producer = new EventHubProducerClient(broker.connectionString, hub);
  onTestFinished(() => producer.close());
  const checkpoints = new ContainerClient(storage.connectionString, 'azure-webjobs-eventhub');
  return {
    hub,
    broker,
    settings: { HUB: hub, EVENTS: broker.connectionString, AzureWebJobsStorage: storage.connectionString },
    async send(partitionId, bodies) {
      await producer.sendBatch(
        bodies.map((body) => ({ body: Buffer.from(body) })),
        { partitionId },
      );
    },
    async checkpointOf(partitionId) {
      const blob = checkpoints.getBlobClient(`localhost/${hub}/${consumerGroup}/checkpoint/${partitionId}`);
      if (!(await blob.exists())) return undefined;
      return Number((await blob.getProperties()).metadata?.sequencenumber);
    },
    lastOf: (partitionId) => (broker.partitions(hub)[Number(partitionId)]?.nextSequence ?? 0) - 1,
  };
}
