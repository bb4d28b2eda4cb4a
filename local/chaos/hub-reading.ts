import { EventHubConsumerClient } from '@azure/event-hubs';
import { eventHubs } from '../../src/core/resources.ts';
import type { StreamStretch } from '../demo/stream-account.ts';

/** An event as the hub keeps it. */
export interface HubEvent {
  /** `partition/sequence`. */
  readonly position: string;
  /** What its sender called it. */
  readonly id: string;
  readonly enqueuedAt: string;
}

const deadlineMs = 60_000;

/** What a hub keeps of a stretch of its stream, read by a reader of its own whom no fault of the app can reach. */
export async function readHub(connectionString: string, { from, to }: StreamStretch): Promise<HubEvent[]> {
  const client = new EventHubConsumerClient('$Default', connectionString, eventHubs.telemetry.name);
  try {
    const parts = await Promise.all(
      [...to].map(([partition, end]) => readPartition(client, partition, from.get(partition) ?? 0, end)),
    );
    return parts.flat();
  } finally {
    await client.close();
  }
}

async function readPartition(client: EventHubConsumerClient, partition: string, start: number, end: number) {
  const events: HubEvent[] = [];
  if (start >= end) return events;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(
    () =>
      reject(
        new Error(`Partition ${partition} gave ${events.length} of ${end - start} events in ${deadlineMs / 1000} s.`),
      ),
    deadlineMs,
  );
  const subscription = client.subscribe(
    partition,
    {
      processEvents: async (batch) => {
        for (const { sequenceNumber, messageId, enqueuedTimeUtc } of batch) {
          if (sequenceNumber >= end) continue;
          const position = `${partition}/${sequenceNumber}`;
          events.push({ position, id: String(messageId ?? ''), enqueuedAt: enqueuedTimeUtc.toISOString() });
        }
        if (events.length >= end - start) resolve();
      },
      processError: async (error) => reject(error),
    },
    {
      startPosition: { sequenceNumber: start, isInclusive: true },
      maxBatchSize: 1_000,
      maxWaitTimeInSeconds: 1,
      prefetchCount: 3_000,
      skipParsingBodyAsJson: true,
    },
  );
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    await subscription.close();
  }
  return events;
}
