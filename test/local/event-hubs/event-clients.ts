import {
  EventHubConsumerClient,
  EventHubProducerClient,
  earliestEventPosition,
  type ReceivedEventData,
  type RetryOptions,
  type SubscribeOptions,
} from '@azure/event-hubs';
import { onTestFinished } from 'vitest';
import type { Broker } from '../../../local/event-hubs/broker.ts';

type Reachable = Pick<Broker, 'connectionString'>;

/** For tests of refusals, which must not be tried again, and of brokers that are gone: the client would wait a minute. */
export const noRetries: RetryOptions = { maxRetries: 0, timeoutInMs: 2_000 };

/** The vendor's producer, closed when the test ends. */
export function producerOf(
  broker: Reachable,
  hub = 'telemetry',
  retryOptions: RetryOptions = {},
): EventHubProducerClient {
  const producer = new EventHubProducerClient(broker.connectionString, hub, { retryOptions });
  onTestFinished(() => producer.close());
  return producer;
}

/** The vendor's consumer, closed when the test ends. */
export function consumerOf(
  broker: Reachable,
  { hub = 'telemetry', group = '$Default', retryOptions = {} as RetryOptions } = {},
): EventHubConsumerClient {
  const consumer = new EventHubConsumerClient(group, broker.connectionString, hub, { retryOptions });
  onTestFinished(() => consumer.close());
  return consumer;
}

/**
 * Reads a partition, from its oldest event on unless told otherwise, until `count` events are there.
 * @throws the error that the subscription reports, or one that says how many came in time
 */
export async function receive(
  consumer: EventHubConsumerClient,
  partitionId: string,
  count: number,
  options: SubscribeOptions = {},
  deadlineMs = 15_000,
): Promise<ReceivedEventData[]> {
  const events: ReceivedEventData[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const inVain = () => reject(new Error(`${events.length} of ${count} events came from partition ${partitionId}`));
  const deadline = setTimeout(inVain, deadlineMs);
  const subscription = consumer.subscribe(
    partitionId,
    {
      processEvents: async (batch) => {
        events.push(...batch);
        if (events.length >= count) resolve();
      },
      processError: async (error) => reject(error),
    },
    { startPosition: earliestEventPosition, maxBatchSize: 500, maxWaitTimeInSeconds: 1, ...options },
  );
  try {
    await promise;
  } finally {
    clearTimeout(deadline);
    await subscription.close();
  }
  return events;
}

/** What is in every partition of a hub at this moment. */
export async function receiveAll(broker: Broker, hub = 'telemetry'): Promise<ReceivedEventData[]> {
  const consumer = consumerOf(broker, { hub });
  const held = broker.partitions(hub).filter(({ firstSequence, nextSequence }) => nextSequence > firstSequence);
  const events = await Promise.all(
    held.map(({ id, firstSequence, nextSequence }) => receive(consumer, id, nextSequence - firstSequence)),
  );
  return events.flat();
}

export const bodiesOf = (events: readonly ReceivedEventData[]): unknown[] => events.map(({ body }) => body);
