import { setTimeout as delay } from 'node:timers/promises';
import type { EventHubProducerClient } from '@azure/event-hubs';
import type { ChaosEvent } from './chaos-event.ts';

export interface SendOptions {
  /** As fast as it goes when absent. */
  readonly eventsPerSecond?: number;
  /** Waits as long as it resolves to false; asked before each lot. */
  readonly mayGoOn?: (sent: number) => Promise<boolean>;
  readonly onSent?: (events: readonly ChaosEvent[]) => void;
}

const lotEvents = 500;
const batchEventsMax = 200;
const triesMax = 20;
const pauseMs = 50;
const retryMs = 500;

/** Sends events in the order of their keys or partitions, and sends again what was not acknowledged. */
export async function sendAll(
  producer: EventHubProducerClient,
  events: Iterable<ChaosEvent>,
  { eventsPerSecond, mayGoOn = async () => true, onSent }: SendOptions,
): Promise<number> {
  const lotSize = eventsPerSecond === undefined ? lotEvents : Math.max(1, Math.min(lotEvents, eventsPerSecond / 10));
  const started = performance.now();
  let sent = 0;
  for (const lot of lotsOf(events, Math.floor(lotSize))) {
    while (!(await mayGoOn(sent))) await delay(pauseMs);
    if (eventsPerSecond !== undefined)
      await delay(Math.max(0, started + (1000 * sent) / eventsPerSecond - performance.now()));
    await Promise.all(batchesOf(lot).map((batch) => sendBatch(producer, batch)));
    sent += lot.length;
    onSent?.(lot);
  }
  return sent;
}

function* lotsOf(events: Iterable<ChaosEvent>, size: number): Generator<ChaosEvent[]> {
  let lot: ChaosEvent[] = [];
  for (const event of events) {
    if (lot.push(event) < size) continue;
    yield lot;
    lot = [];
  }
  if (lot.length > 0) yield lot;
}

/** What goes to one place together; large bodies travel alone. */
function batchesOf(lot: readonly ChaosEvent[]): ChaosEvent[][] {
  const byPlace = Map.groupBy(lot, ({ partitionId, key }) => partitionId ?? `key ${key}`);
  return [...byPlace.values()].flatMap((group) => {
    const batches: ChaosEvent[][] = [];
    let bytes = Number.POSITIVE_INFINITY;
    for (const event of group) {
      bytes += event.body.length;
      if (bytes > batchBytesMax || batches.at(-1)!.length >= batchEventsMax) {
        batches.push([]);
        bytes = event.body.length;
      }
      batches.at(-1)!.push(event);
    }
    return batches;
  });
}

/** Well below the 1 MiB that a hub takes in one transfer. */
const batchBytesMax = 600_000;

async function sendBatch(producer: EventHubProducerClient, batch: readonly ChaosEvent[]): Promise<void> {
  const { partitionId, key } = batch[0]!;
  const messages = batch.map(({ id, body, annotations }) =>
    annotations === undefined
      ? { body, contentType: 'application/json', messageId: id }
      : {
          body,
          bodyType: 'data' as const,
          properties: { contentType: 'application/json', messageId: id },
          messageAnnotations: annotations,
        },
  );
  const to = partitionId === undefined ? { partitionKey: key } : { partitionId };
  for (let attempt = 1; ; attempt++) {
    try {
      return await producer.sendBatch(messages, to);
    } catch (error) {
      if (attempt === triesMax) throw error;
      await delay(retryMs);
    }
  }
}
