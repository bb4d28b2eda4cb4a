import { CosmosClient } from '@azure/cosmos';
import { EventHubProducerClient } from '@azure/event-hubs';
import { cosmos, eventHubs } from '../../src/core/resources.ts';
import { goodEvents } from '../chaos/chaos-event.ts';
import { readCheckpoints } from '../chaos/checkpoints.ts';
import type { OwnTwin } from '../chaos/own-twin.ts';
import { type ProcessUsage, usageOf } from '../chaos/process-usage.ts';
import { sendAll } from '../chaos/sender.ts';
import { streamEnds } from '../demo/demo-events.ts';
import { slopeOf } from './slope.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly eventsPerSecond: number;
  readonly onMinute: (minute: SoakMinute) => void;
}

/** How things stand at the end of a minute. */
export interface SoakMinute {
  readonly minute: number;
  readonly sent: number;
  /** Events that are not yet behind the checkpoint. */
  readonly waiting: number;
  /** Undefined where the system does not tell. */
  readonly worker: ProcessUsage | undefined;
  readonly host: ProcessUsage | undefined;
  readonly services: ProcessUsage | undefined;
}

export interface SoakResult {
  readonly minutes: readonly SoakMinute[];
  readonly slopeMbPer100k: number;
  readonly openFilesGrowth: number;
  readonly failures: readonly string[];
}

const documentSeconds = 60;
const slopeMbPer100kMax = 1;
const openFilesGrowthMax = 10;
/** The first part of a run, in which caches fill and the heap finds its size. */
const warmUpShare = 0.25;
/** What waits at the end of a minute may be what came in the last seconds. */
const waitingSecondsMax = 10;

/** Sends events at a rate for so many minutes; their documents go again after one. */
export async function soak(twin: OwnTwin, { minutes, eventsPerSecond, onMinute }: SoakOptions): Promise<SoakResult> {
  await letDocumentsExpire(twin.connections.cosmos);
  const from = await streamEnds(twin.connections.events);
  const producer = new EventHubProducerClient(twin.connections.events, eventHubs.telemetry.name);
  const results: SoakMinute[] = [];
  let sent = 0;
  try {
    for (let minute = 1; minute <= Math.ceil(minutes); minute++) {
      const count = Math.round(eventsPerSecond * 60 * Math.min(1, minutes - minute + 1));
      const events = goodEvents({ count, seed: minute, machines: 100, prefix: `soak-${minute}` });
      sent += await sendAll(producer, events, { eventsPerSecond });
      const result = await lookAt(twin, minute, sent, from);
      results.push(result);
      onMinute(result);
    }
  } finally {
    await producer.close();
  }
  return verdictOf(results, eventsPerSecond);
}

async function letDocumentsExpire(connectionString: string): Promise<void> {
  const client = new CosmosClient(connectionString);
  try {
    const container = client.database(cosmos.database).container(cosmos.containers.predictions.name);
    const { resource } = await container.read();
    if (resource === undefined) throw new Error('The container of the predictions is not there.');
    await container.replace({ ...resource, defaultTtl: documentSeconds });
  } finally {
    client.dispose();
  }
}

async function lookAt(
  twin: OwnTwin,
  minute: number,
  sent: number,
  from: ReadonlyMap<string, number>,
): Promise<SoakMinute> {
  const [host] = await twin.control.hosts();
  const [ends, checkpoints] = await Promise.all([
    streamEnds(twin.connections.events),
    readCheckpoints(twin.connections),
  ]);
  const behind = ([partition, end]: readonly [string, number]) =>
    end - Math.max((checkpoints.get(partition) ?? -1) + 1, from.get(partition) ?? 0);
  return {
    minute,
    sent,
    waiting: [...ends].reduce((sum, entry) => sum + behind(entry), 0),
    worker: usageOf(host?.workerPid ?? 0),
    host: usageOf(host?.pid ?? 0),
    services: usageOf(twin.twin.services.pid),
  };
}

function verdictOf(minutes: readonly SoakMinute[], eventsPerSecond: number): SoakResult {
  const warm = minutes.slice(Math.floor(warmUpShare * minutes.length));
  const points = warm.flatMap(({ sent, worker }) =>
    worker === undefined ? [] : [[sent / 100_000, worker.residentBytes / 2 ** 20] as const],
  );
  const slopeMbPer100k = slopeOf(points);
  const files = warm.map(({ worker }) => worker?.openFiles ?? 0);
  const openFilesGrowth = (files.at(-1) ?? 0) - (files[0] ?? 0);
  const waiting = minutes.at(-1)?.waiting ?? 0;
  const failures = [
    ...(slopeMbPer100k > slopeMbPer100kMax ? [`At most ${slopeMbPer100kMax} MB in 100,000 events is allowed.`] : []),
    ...(openFilesGrowth > openFilesGrowthMax ? [`At most ${openFilesGrowthMax} more open files are allowed.`] : []),
    ...(waiting > waitingSecondsMax * eventsPerSecond
      ? [`At the end ${waiting} events waited: the rate is too high for this machine.`]
      : []),
  ];
  return { minutes, slopeMbPer100k, openFilesGrowth, failures };
}
