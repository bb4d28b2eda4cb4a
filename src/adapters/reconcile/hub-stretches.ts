import type { EventHubConsumerClient, ReceivedEventData, Subscription } from '@azure/event-hubs';
import type { Interval } from '../../core/ledger/intervals.ts';

/** How long a partition is listened to for its first event. */
const firstEventSeconds = 5;

/**
 * The sequence numbers that each partition holds.
 * @param client with a consumer group that no function reads with: the one that does takes no second reader
 * @param since ISO 8601: from the first event on that the broker took then or later
 * @returns undefined for a partition that holds none
 */
export async function hubStretches(
  client: EventHubConsumerClient,
  since: string | undefined,
): Promise<Map<string, Interval | undefined>> {
  const ids = await client.getPartitionIds();
  const stretches = await Promise.all(
    ids.map(async (id) => {
      const { isEmpty, ...partition } = await client.getPartitionProperties(id);
      const { beginningSequenceNumber: first, lastEnqueuedSequenceNumber: last, lastEnqueuedOnUtc } = partition;
      if (isEmpty || last < first) return undefined;
      if (since === undefined) return [first, last] as const;
      if (lastEnqueuedOnUtc.getTime() < Date.parse(since)) return undefined;
      const from = await firstSequenceFrom(client, id, Date.parse(since));
      return from === undefined || from > last ? undefined : ([from, last] as const);
    }),
  );
  return new Map(ids.map((id, i) => [id, stretches[i]]));
}

/** The sequence number of the first event from a time on; undefined when there is none. */
async function firstSequenceFrom(
  client: EventHubConsumerClient,
  partition: string,
  fromMs: number,
): Promise<number | undefined> {
  const found = Promise.withResolvers<number | undefined>();
  const subscription: Subscription = client.subscribe(
    partition,
    {
      processEvents: async ([event]: readonly ReceivedEventData[]) => found.resolve(event?.sequenceNumber),
      processError: async (error) => found.reject(error),
    },
    // The position is the time before the first event.
    {
      startPosition: { enqueuedOn: fromMs - 1 },
      maxBatchSize: 1,
      maxWaitTimeInSeconds: firstEventSeconds,
      prefetchCount: 0,
    },
  );
  try {
    return await found.promise;
  } finally {
    await subscription.close();
  }
}
