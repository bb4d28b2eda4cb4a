import { setTimeout as sleep } from 'node:timers/promises';
import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { sendEvents } from '../../src/cli/event-sender.ts';
import type { OutgoingEvent } from '../../src/cli/event-source.ts';
import { eventHubs } from '../../src/core/resources.ts';
import { makeFleet } from '../devices/fleet.ts';

export interface DemoEventsOptions {
  readonly events: number;
  readonly machines: number;
  readonly eventsPerSecond: number;
  readonly seed: number;
  readonly onProgress: (sent: number) => void;
}

/** What was sent: good readings, broken ones, and messages that are no telemetry. */
export interface SentEvents {
  readonly readings: number;
  readonly broken: number;
  readonly twinChanges: number;
}

/** One event in so many comes from a sensor that has gone wrong. */
const brokenEvery = 400;
/** IoT Hub mixes its own messages into the stream; so many of them here. */
const twinChanges = 3;

/** Sends readings of a fleet of milling machines as their devices would, some of them broken. */
export async function sendDemoEvents(connectionString: string, options: DemoEventsOptions): Promise<SentEvents> {
  const producer = new EventHubProducerClient(connectionString, eventHubs.telemetry.name);
  try {
    const readings = options.events - twinChanges;
    await sendEvents(producer, readingsOf({ ...options, events: readings }), {
      eventsPerSecond: options.eventsPerSecond,
      onProgress: options.onProgress,
    });
    await producer.sendBatch(Array.from({ length: twinChanges }, (_, i) => twinChange(`machine-${i + 1}`)));
    options.onProgress(options.events);
    const broken = Math.floor(readings / brokenEvery);
    return { readings: readings - broken, broken, twinChanges };
  } finally {
    await producer.close();
  }
}

function* readingsOf({ events, machines, seed, eventsPerSecond }: DemoEventsOptions): Generator<OutgoingEvent> {
  const fleet = makeFleet({ machines, seed, eventsPerSecond });
  for (let i = 1; i <= events; i++) {
    const [{ partitionKey, event, observation }] = fleet.take(1) as [ReturnType<typeof fleet.take>[number]];
    if (i % brokenEvery !== 0) yield { body: event.body, key: partitionKey };
    // In turn a torque that cannot be, and a message that was cut off.
    else if (i % (2 * brokenEvery) === 0) yield { body: event.body.subarray(0, 40), key: partitionKey };
    else yield { body: Buffer.from(JSON.stringify({ ...observation.reading, torque: -3 })), key: partitionKey };
  }
}

const twinChange = (device: string) => ({
  body: Buffer.from(JSON.stringify({ version: 2, properties: { desired: { interval: 10 } } })),
  bodyType: 'data' as const,
  messageAnnotations: {
    'iothub-connection-device-id': device,
    'iothub-message-source': 'twinChangeEvents',
    'iothub-enqueuedtime': new Date(),
  },
});

/** The next sequence number of each partition: where what is sent from now on begins. */
export async function streamEnds(connectionString: string): Promise<ReadonlyMap<string, number>> {
  const { name, consumerGroup } = eventHubs.telemetry;
  const client = new EventHubConsumerClient(consumerGroup, connectionString, name);
  try {
    const ids = await client.getPartitionIds();
    const ends = await Promise.all(
      ids.map(async (id) => {
        const { isEmpty, lastEnqueuedSequenceNumber } = await client.getPartitionProperties(id);
        return [id, isEmpty && lastEnqueuedSequenceNumber < 0 ? 0 : lastEnqueuedSequenceNumber + 1] as const;
      }),
    );
    return new Map(ends);
  } finally {
    await client.close();
  }
}

/** Looks every `pollMs` whether something has come about. @throws {Error} when it has not within the time */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  timeoutMs: number,
  pollMs = 50,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${what} did not come about within ${timeoutMs / 1000} s`);
    await sleep(pollMs);
  }
}
