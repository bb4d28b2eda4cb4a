import { EventHubProducerClient } from '@azure/event-hubs';
import { sendEvents } from '../../src/cli/event-sender.ts';
import { containers, eventHubs } from '../../src/core/resources.ts';
import type { StreamProfile } from '../../src/core/streams/stream-profiles.ts';
import { until } from '../demo/demo-events.ts';
import { latencyOf, quantile, type SeenDocument, StreamObserver } from '../demo/stream-observer.ts';
import { makeFleet } from '../devices/fleet.ts';
import { startTwin, type Twin } from '../twin.ts';

export interface ProfileRunOptions {
  readonly eventsPerSecond: number;
  /** How long it is measured; what comes before, until the app is warm, is not. */
  readonly seconds: number;
  readonly settings?: Readonly<Record<string, string>>;
}

/** What a stream costs with one of the profiles, for a million events, and how long its events take. */
export interface ProfileRun {
  readonly profile: StreamProfile;
  readonly events: number;
  /** For a million events at this rate: */
  readonly invocations: number;
  readonly checkpointWrites: number;
  /** Looking who reads which partition, and saying so again. */
  readonly ownershipRequests: number;
  readonly ledgerWrites: number;
  /** All requests to storage, those named here included. */
  readonly storageRequests: number;
  readonly cosmosRequests: number;
  /** As the twin charges them. */
  readonly requestUnits: number;
  /** From the broker's taking an event to its document's being readable, in milliseconds. */
  readonly p50Ms: number;
  readonly p95Ms: number;
}

const warmUpSeconds = 2;
/** What is sent behind the events that are timed: the last of a stream wait for more that does not come. */
const coolDownSeconds = 1;
const scoredWithinMs = 60_000;
const million = 1_000_000;

/** The host's own intervals: those of the twin are short, so that nobody waits for them, and would be counted too often. */
const ownershipOfAzure = {
  extensions__eventHubs__partitionOwnershipExpirationInterval: '00:02:00',
  extensions__eventHubs__loadBalancingUpdateInterval: '00:00:30',
};

/** Sends a stream through a twin of its own that reads with a profile, and counts what that took. */
export async function runProfile(profile: StreamProfile, options: ProfileRunOptions): Promise<ProfileRun> {
  const { settings = {}, eventsPerSecond, seconds } = options;
  const twin = await startTwin({ profile, settings, hostOverrides: ownershipOfAzure });
  const observer = new StreamObserver(twin.connections.cosmos);
  const producer = new EventHubProducerClient(twin.connections.events, eventHubs.telemetry.name);
  const fleet = makeFleet({ machines: 200, seed: 5, eventsPerSecond });
  const send = async (count: number) => {
    const seenBefore = observer.documents.length;
    const events = fleet.take(count).map(({ event, partitionKey }) => ({ body: event.body, key: partitionKey }));
    await sendEvents(producer, events, { eventsPerSecond });
    await until('all scores', () => observer.documents.length >= seenBefore + count, scoredWithinMs, 20);
    return observer.documents.slice(seenBefore);
  };
  try {
    await send(warmUpSeconds * eventsPerSecond);
    const timed = seconds * eventsPerSecond;
    const events = timed + coolDownSeconds * eventsPerSecond;
    const before = await countsOf(twin, observer);
    const seen = await send(events);
    const after = await countsOf(twin, observer);
    const latencies = seen.toSorted(byEnqueuedTime).slice(0, timed).map(latencyOf);
    const names = Object.keys(after) as (keyof Counts)[];
    const spent = names.map((name) => [name, Math.round((million * (after[name] - before[name])) / events)]);
    return {
      profile,
      events,
      ...(Object.fromEntries(spent) as Counts),
      p50Ms: quantile(latencies, 0.5),
      p95Ms: quantile(latencies, 0.95),
    };
  } finally {
    await observer.stop();
    await producer.close();
    await twin.close();
  }
}

const enqueuedAt = ({ document: { source } }: SeenDocument) => (source.kind === 'stream' ? source.enqueuedAt : '');
const byEnqueuedTime = (a: SeenDocument, b: SeenDocument) => (enqueuedAt(a) < enqueuedAt(b) ? -1 : 1);

type Counts = Omit<ProfileRun, 'profile' | 'events' | 'p50Ms' | 'p95Ms'>;

/** What the system has taken so far, without what watching it takes. */
async function countsOf({ control }: Twin, { spent }: StreamObserver): Promise<Counts> {
  const [hosts, { storage, cosmos }] = await Promise.all([control.hosts(), control.counts()]);
  const requestsAt = (place: string) => storage.blob.places[place] ?? { reads: 0, writes: 0 };
  const all = ({ reads, writes }: { readonly reads: number; readonly writes: number }) => reads + writes;
  return {
    invocations: hosts.reduce((sum, { invocations }) => sum + invocations.started, 0),
    checkpointWrites: requestsAt('azure-webjobs-eventhub/checkpoint').writes,
    ownershipRequests: all(requestsAt('azure-webjobs-eventhub/ownership')) + all(requestsAt('azure-webjobs-eventhub')),
    ledgerWrites: requestsAt(containers.ledger).writes,
    storageRequests: all(storage.blob) + all(storage.queue),
    cosmosRequests: all(cosmos) - spent.requests,
    requestUnits: cosmos.charge - spent.charge,
  };
}
