import { setTimeout as delay } from 'node:timers/promises';
import { cosmos, eventHubs } from '../../../src/core/resources.ts';
import type { ChaosEvent } from '../chaos-event.ts';
import type { Disaster } from '../disaster.ts';
import { eventsOf } from '../kill-plan.ts';
import type { Scene } from '../scene.ts';

const eventsPerSecond = 500;
const machines = 10;
const lookEveryMs = 100;
const { name: hub, partitions } = eventHubs.telemetry;

/** When an event was taken in: the broker's time, then its place in its partition. */
interface Recency {
  readonly enqueuedAt: string;
  readonly sequence: number;
  readonly partition: string;
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : Number(a > b));
const compareRecency = (a: Recency, b: Recency): number =>
  compare(a.enqueuedAt, b.enqueuedAt) || compare(a.sequence, b.sequence) || compare(a.partition, b.partition);

export const lastScores: Disaster = {
  name: 'D16',
  title: 'Two hosts write the last score of the same devices, while events come again, shuffled, and partitions move',
  holds: 'the last score of a device never goes back, and is that of its last event',
  full: { events: 10_000, dose: 6 },
  short: { events: 1_000, dose: 2 },
  twin: { routes: { streams: [{ hub, model: 'machine-failure', latest: true }] } },
  /** `dose` is how often events come again and partitions move. */
  async run(scene, { events, dose: rounds }) {
    await scene.control.addHost();
    const watch = watchLastScores(scene);
    // The events of one device go to all partitions in turn, so that several writers have its score at once.
    const all = [...eventsOf(scene, events, machines)].map(
      (event, i): ChaosEvent => ({ ...event, partitionId: String(i % partitions) }),
    );
    const sending = scene.send(all, { eventsPerSecond });
    sending.catch(() => {});
    for (let round = 0; round < rounds; round++) {
      await scene.until(async () => (await scene.scored()) >= (events * (round + 0.5)) / rounds, 60_000);
      await scene.control.redeliver({ events: 200, times: 2, shuffleSeed: scene.seed + round });
      await scene.control.stealPartitions();
    }
    await sending;
    await scene.until(() => scene.areAllScored(), 60_000);
    // A document comes before the last score of its device.
    const isLast = async () => (await keysWithOther(scene)).length === 0;
    await scene.until(isLast, 30_000, 1_000);
    const backward = await watch.stop();
    const other = await keysWithOther(scene);
    return {
      failures: [
        ...(backward > 0 ? [`The last score of a device went back ${backward} times.`] : []),
        ...(other.length > 0 ? [`The last score is not that of the last event: ${other.join(', ')}.`] : []),
      ],
    };
  },
};

async function readLastScores({ documents }: Scene): Promise<Map<string, Recency>> {
  const latest = documents.database.container(cosmos.containers.latest.name);
  const { resources } = await latest.items
    .query<{ key: string; source: Recency }>('SELECT c.key, c.source FROM c')
    .fetchAll();
  return new Map(resources.map(({ key, source }) => [key, source]));
}

/** Looks at all last scores again and again. */
function watchLastScores(scene: Scene): { stop(): Promise<number> } {
  let isStopped = false;
  const watching = (async () => {
    let [before, backward] = [await readLastScores(scene), 0];
    while (!isStopped) {
      await delay(lookEveryMs);
      const now = await readLastScores(scene);
      for (const [key, source] of now) {
        const earlier = before.get(key);
        if (earlier !== undefined && compareRecency(source, earlier) < 0) backward += 1;
      }
      before = now;
    }
    return backward;
  })();
  return {
    stop() {
      isStopped = true;
      return watching;
    },
  };
}

/** Devices whose last score is that of another event than their last. */
async function keysWithOther(scene: Scene): Promise<string[]> {
  const last = new Map<string, Recency>();
  const sent = new Map(scene.sent.map((event) => [event.id, event]));
  for (const { id, position, enqueuedAt } of await scene.readHub()) {
    const key = sent.get(id)?.key;
    if (key === undefined) continue;
    const [partition = '', sequence] = position.split('/');
    const recency = { enqueuedAt, partition, sequence: Number(sequence) };
    const known = last.get(key);
    if (known === undefined || compareRecency(recency, known) > 0) last.set(key, recency);
  }
  const stored = await readLastScores(scene);
  return [...last].flatMap(([key, recency]) => {
    const found = stored.get(key);
    return found !== undefined && compareRecency(found, recency) === 0 ? [] : [key];
  });
}
