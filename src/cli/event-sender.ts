import type { EventDataBatch, EventHubProducerClient } from '@azure/event-hubs';
import { inPool } from '../adapters/pool.ts';
import type { OutgoingEvent } from './event-source.ts';

/** Events gathered before they are sent. */
const windowEvents = 500;
/** Batches under way at once. */
const batchesMax = 8;

export interface SendOptions {
  /** Events a second at most; as fast as it goes when absent. */
  readonly eventsPerSecond?: number;
  readonly onProgress?: (sent: number) => void;
}

/**
 * Sends events, in batches of one key each: what has one key arrives in order.
 * @returns how many were sent
 */
export async function sendEvents(
  producer: EventHubProducerClient,
  events: AsyncIterable<OutgoingEvent> | Iterable<OutgoingEvent>,
  { eventsPerSecond, onProgress }: SendOptions = {},
): Promise<number> {
  const started = performance.now();
  // A tenth of a second at a time keeps a low rate even.
  const size =
    eventsPerSecond === undefined
      ? windowEvents
      : Math.max(1, Math.min(windowEvents, Math.floor(eventsPerSecond / 10)));
  let sent = 0;
  let window: OutgoingEvent[] = [];
  const flush = async () => {
    if (eventsPerSecond !== undefined) await untilTime(started + (1000 * sent) / eventsPerSecond);
    await sendWindow(producer, window);
    sent += window.length;
    window = [];
    onProgress?.(sent);
  };
  try {
    for await (const event of events) {
      if (window.push(event) >= size) await flush();
    }
  } finally {
    // What stands before a line that cannot be read is sent all the same: the message then says where to go on.
    if (window.length > 0) await flush();
  }
  return sent;
}

async function untilTime(at: number): Promise<void> {
  const waitMs = at - performance.now();
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
}

async function sendWindow(producer: EventHubProducerClient, events: readonly OutgoingEvent[]): Promise<void> {
  const byKey = Map.groupBy(events, ({ key }) => key);
  await inPool([...byKey], batchesMax, async ([key, ofKey]) => {
    let batch = await newBatch(producer, key);
    for (const { body } of ofKey) {
      const event = { body, contentType: 'application/json' };
      if (batch.tryAdd(event)) continue;
      await producer.sendBatch(batch);
      batch = await newBatch(producer, key);
      if (!batch.tryAdd(event)) throw new RangeError(`An event of ${body.length} bytes is larger than the hub takes.`);
    }
    if (batch.count > 0) await producer.sendBatch(batch);
  });
}

const newBatch = (producer: EventHubProducerClient, key: string | undefined): Promise<EventDataBatch> =>
  producer.createBatch(key === undefined ? {} : { partitionKey: key });
