import { setTimeout as delay } from 'node:timers/promises';
import { containers } from '../../../src/core/resources.ts';
import type { Fault, FaultRule } from '../../faults/fault-plan.ts';
import type { ChaosEvent } from '../chaos-event.ts';
import type { Disaster } from '../disaster.ts';
import { eventsOf } from '../kill-plan.ts';
import type { Scene } from '../scene.ts';

/** Requests that write, out of all: repeats are the price of a fault, and must stay below this multiple. */
const attemptsRatioMax = 3;

const onWrites = (fault: Fault, share: number): FaultRule => ({ service: 'cosmos', fault, on: 'writes', share });

export const throttling: Disaster = {
  name: 'D10',
  title: 'Cosmos DB answers 30 % of the writes with 429',
  holds: `at most ${attemptsRatioMax} times the requests of an undisturbed run`,
  full: { events: 5_000, dose: 5_000 },
  short: { events: 500, dose: 100 },
  /** `dose` is the longest retry-after in ms. */
  async run(scene, { events, dose: retryAfterMsMax }) {
    const all = [...eventsOf(scene, 2 * events)];
    const undisturbed = await writesOf(scene, () => scene.send(all.slice(0, events)));
    await scene.setFaults(onWrites({ kind: 'throttle', retryAfterMs: [0, retryAfterMsMax] }, 0.3));
    const disturbed = await writesOf(scene, () => scene.send(all.slice(events)));
    const ratio = disturbed / undisturbed;
    return {
      values: { undisturbedWrites: undisturbed, writes: disturbed, ratio: rounded(ratio) },
      failures: ratio <= attemptsRatioMax ? [] : [`${rounded(ratio)} times the requests of an undisturbed run.`],
    };
  },
};

/** Requests to write that a lot of events takes, until all of them are documents. */
async function writesOf(scene: Scene, send: () => Promise<void>): Promise<number> {
  const before = (await scene.control.counts()).cosmos.writes;
  await send();
  await scene.until(() => scene.areAllScored(), 180_000);
  return (await scene.control.counts()).cosmos.writes - before;
}

const rounded = (value: number) => Math.round(100 * value) / 100;

export const everyFault: Disaster = {
  name: 'D11',
  title: 'Cosmos DB: 207 with failed items, 408, 410, 449, 503, resets, lost and truncated answers, all at once',
  holds: 'each kind of fault struck',
  full: { events: 20_000, dose: 1 },
  short: { events: 2_000, dose: 1 },
  async run(scene, { events }) {
    const statuses = [408, 410, 449, 503].map((status) => onWrites({ kind: 'status', status }, 0.03));
    const cuts = (['reset', 'lost-answer', 'truncate'] as const).map((kind) => onWrites({ kind }, 0.03));
    const reads: FaultRule = { service: 'cosmos', fault: { kind: 'status', status: 503 }, on: 'reads', share: 0.05 };
    await scene.setFaults(onWrites({ kind: 'some-items' }, 0.1), ...statuses, ...cuts, reads);
    await scene.sendInStep(eventsOf(scene, events), 3_000);
    await scene.until(() => scene.areAllScored(), 120_000);
    const counts = await scene.control.faultCounts();
    // Only what was written twice is ever read.
    const idle = counts.slice(0, -1).filter(({ struck }) => struck === 0);
    return { failures: idle.map(({ kind }) => `No request met the fault ${kind}.`) };
  },
};

export const fullPartition: Disaster = {
  name: 'partition-full',
  title: 'Cosmos DB says 403: the logical partition holds its 20 GB, for a while',
  holds: 'what it refuses is a dead letter that says so',
  full: { events: 5_000, dose: 500 },
  short: { events: 600, dose: 100 },
  /** `dose` is the number of events that come while it is full. */
  async run(scene, { events, dose: refused }) {
    const all = [...eventsOf(scene, events)].map(
      (event, i): ChaosEvent => (i < refused ? { ...event, expected: 'dead-letter' } : event),
    );
    const before = await lettersUnder(scene, 'sink.partition_full');
    const letters = async () => (await lettersUnder(scene, 'sink.partition_full')) - before;
    await scene.setFaults(onWrites({ kind: 'partition-full' }, 1));
    await scene.send(all.slice(0, refused));
    await scene.until(async () => (await letters()) >= refused, 30_000);
    await scene.setFaults();
    await scene.send(all.slice(refused));
    const said = await letters();
    return { failures: said >= refused ? [] : [`Only ${said} dead letters say that a partition is full.`] };
  },
};

/** Dead letters of all streams with this reason. */
async function lettersUnder({ blobs }: Scene, reason: string): Promise<number> {
  let count = 0;
  const container = blobs.getContainerClient(containers.deadLetters);
  for await (const _ of container.listBlobsFlat({ prefix: `${reason}/` })) count += 1;
  return count;
}

export const slowSink: Disaster = {
  name: 'D13',
  title: 'Cosmos DB answers every write late while events keep coming',
  holds: 'requests under way at once and invocations stay within their bounds',
  full: { events: 20_000, dose: 30_000 },
  short: { events: 1_500, dose: 500 },
  /** `dose` is the delay of an answer in ms. */
  async run(scene, { events, dose: delayMs }) {
    await scene.control.resetCounts();
    await scene.setFaults(onWrites({ kind: 'slow', delayMs: [delayMs, delayMs] }, 1));
    const running: number[] = [];
    const lasts = delay(Math.max(3_000, 1.5 * delayMs), true);
    const sending = scene.send(eventsOf(scene, events), { eventsPerSecond: 500 });
    let isOver = false;
    lasts.then(() => {
      isOver = true;
    });
    while (!isOver) {
      running.push(...(await scene.control.hosts()).map((host) => host.running));
      await delay(200);
    }
    const { underWayMax } = (await scene.control.counts()).cosmos;
    await scene.setFaults();
    await sending;
    return boundsOf(underWayMax, Math.max(...running));
  },
};

/** One batch of each of four partitions, and for each batch a pool of so many requests. */
const invocationsMax = 4;
const requestsMax = 32 * invocationsMax;

function boundsOf(requests: number, invocations: number) {
  const failures = [
    ...(requests <= requestsMax ? [] : [`${requests} requests were under way at once, at most ${requestsMax} may be.`]),
    ...(invocations <= invocationsMax
      ? []
      : [`${invocations} invocations ran at once, at most ${invocationsMax} may.`]),
  ];
  return { values: { requestsUnderWayMax: requests, invocationsMax: invocations }, failures };
}
