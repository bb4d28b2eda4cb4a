import { EventHubProducerClient } from '@azure/event-hubs';
import { sendEvents } from '../../src/cli/event-sender.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { eventHubs } from '../../src/core/resources.ts';
import { makeFleet } from '../devices/fleet.ts';
import { pacedBatches } from '../devices/paced-batches.ts';

export interface LiveOptions {
  readonly rate: number;
  readonly seed: number;
  /** When to stop. */
  readonly until: Promise<void>;
  readonly terminal: Terminal;
}

/** Lets the machines go on sending, evenly, until they are told to stop. */
export async function sendLive(connectionString: string, { rate, seed, until, terminal }: LiveOptions): Promise<void> {
  const producer = new EventHubProducerClient(connectionString, eventHubs.telemetry.name);
  const stop = new AbortController();
  void until.then(() => stop.abort());
  const fleet = makeFleet({ machines: 20, seed: (seed + 1) >>> 0, eventsPerSecond: rate });
  let sent = 0;
  try {
    for await (const batch of pacedBatches(fleet, { signal: stop.signal })) {
      sent += await sendEvents(
        producer,
        batch.map(({ event, partitionKey }) => ({ body: event.body, key: partitionKey })),
      );
      terminal.progress(`${sent} events sent, ${rate} a second`);
    }
  } finally {
    await producer.close();
  }
}
