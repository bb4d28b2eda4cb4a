import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../local/demo/demo-events.ts';
import { BlobModelRepository } from '../../src/adapters/blob-model-repository.ts';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { BlobModelStore } from '../../src/adapters/models/blob-model-store.ts';
import { PackageCache } from '../../src/adapters/models/package-cache.ts';
import { containers } from '../../src/core/resources.ts';
import type { ModelStore } from '../../src/scoring/models/model-store.ts';
import { promote, rollBack } from '../../src/scoring/models/move-alias.ts';
import { readings } from '../scoring/bundled-model.ts';
import { addSealedVersion, withClassNames } from '../scoring/sealed-models.ts';
import { useTwin } from './twin-fixture.ts';

const name = 'machine-failure';
const callersAtOnce = 4;
/** Between two calls of a caller. */
const callPauseMs = 20;
const eventsABatch = 20;
const batchPauseMs = 200;
/** A hundred, with those before memory is looked at. */
const pairs = 50;
const warmUpPairs = 50;
/** Of the worker's memory, in one round of promotions and rollbacks. */
const growthMax = 0.03;
const roundsMax = 3;

const cacheFolder = join(tmpdir(), `sluice-replacement-${process.pid}`);
const twin = useTwin({
  settings: {
    SLUICE_MODEL_REFRESH_SECONDS: '0.05',
    SLUICE_MODEL_CACHE_FOLDER: cacheFolder,
    // A small heap has its size soon: what grows afterwards is memory that nobody gives back, not garbage that waits.
    NODE_OPTIONS: '--max-semi-space-size=2 --max-old-space-size=96',
  },
});

let folder: string;
let store: ModelStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-replacement-'));
  const container = twin().blobs.getContainerClient(containers.models);
  const repository = new BlobModelRepository(
    async () => container,
    new PackageCache({ folder: join(folder, 'cache') }),
  );
  store = new BlobModelStore(container, repository);
  for (const version of [2, 3]) {
    await addSealedVersion(join(folder, 'models'), version, withClassNames(`-${version}`));
    await store.publish(await new FileModelRepository(join(folder, 'models')).open(name, version));
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(cacheFolder, { recursive: true, force: true });
});

const reason = () => ({ by: 'test', at: new Date().toISOString() });

interface Answer {
  readonly version: number;
  readonly modelDigest: string;
  readonly label: string;
}

async function call(): Promise<Answer> {
  const response = await fetch(`${twin().twin.url}/models/${name}/score`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(readings(1)[0]),
  });
  const body = (await response.json()) as { version: number; modelDigest: string; scores: { label: string }[] };
  if (response.status !== 200) throw new Error(`${response.status} ${JSON.stringify(body)}`);
  return { version: body.version, modelDigest: body.modelDigest, label: body.scores[0]!.label };
}

/** Calls, several at once, until it is stopped: some in every state of a replacement. */
function callOnAndOn(): { latest(): number | undefined; stop(): Promise<Answer[]> } {
  const answers: Answer[] = [];
  let isStopped = false;
  const caller = async () => {
    while (!isStopped) {
      answers.push(await call());
      await sleep(callPauseMs);
    }
  };
  const callers = Promise.all(Array.from({ length: callersAtOnce }, caller));
  callers.catch(() => {});
  return {
    latest: () => answers.at(-1)?.version,
    async stop() {
      isStopped = true;
      await callers;
      return answers;
    },
  };
}

/** Sends events until it is stopped. */
function sendOnAndOn(): { stop(): Promise<number> } {
  const bodies = readings(eventsABatch).map((body) => ({ body }));
  let sent = 0;
  let isStopped = false;
  const sending = (async () => {
    while (!isStopped) {
      await twin().producer.sendBatch(bodies);
      sent += bodies.length;
      await sleep(batchPauseMs);
    }
  })();
  sending.catch(() => {});
  return {
    async stop() {
      isStopped = true;
      await sending;
      return sent;
    },
  };
}

/** What the worker process holds, in MB. */
const residentMb = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** The smallest of some looks at a process that has come to rest. */
async function restingMb(pid: number): Promise<number> {
  const looks: number[] = [];
  for (let i = 0; i < 20; i++) {
    await sleep(100);
    looks.push(residentMb(pid));
  }
  return Math.min(...looks);
}

async function promoteAndRollBack(times: number, latest: () => number | undefined): Promise<void> {
  for (let i = 0; i < times; i++) {
    await promote(store, name, 3, 'live', reason());
    await until('version 3', () => latest() === 3, 10_000, 5);
    await rollBack(store, name, 'live', reason());
    await until('version 2', () => latest() === 2, 10_000, 5);
  }
}

/** Moves the alias forth and back while calls are made and events are sent. */
async function underLoad(times: number): Promise<{ answers: Answer[]; sent: number }> {
  const calls = callOnAndOn();
  const events = sendOnAndOn();
  await promoteAndRollBack(times, calls.latest);
  return { answers: await calls.stop(), sent: await events.stop() };
}

test('promoting and rolling back 100 times under load fails no call, mixes no answer, loses no event and holds no memory', {
  timeout: 480_000,
}, async () => {
  await promote(store, name, 2, 'live', reason());
  await until('version 2', async () => (await call()).version === 2, 10_000);
  const workerPid = await twin().twin.host().workerPid();

  const rounds = [await underLoad(warmUpPairs)];
  const growths: number[] = [];
  // What leaks goes on growing; what an allocator has not yet given back does so once.
  do {
    const before = await restingMb(workerPid);
    rounds.push(await underLoad(pairs));
    growths.push((await restingMb(workerPid)) / before - 1);
  } while (growths.length < roundsMax && growths.at(-1)! >= growthMax);
  const answers = rounds.flatMap((round) => round.answers);
  const sent = rounds.reduce((sum, round) => sum + round.sent, 0);

  const digests = new Map(answers.map(({ version, modelDigest }) => [version, modelDigest]));
  expect([...digests.keys()].toSorted()).toEqual([2, 3]);
  expect(new Set(digests.values()).size).toBe(2);
  const mixed = (of: readonly Answer[]) =>
    of.filter(
      ({ version, modelDigest, label }) => !label.endsWith(`-${version}`) || digests.get(version) !== modelDigest,
    );
  expect(mixed(answers)).toEqual([]);

  const stored = async () =>
    (await twin().predictions.items.query<number>('SELECT VALUE COUNT(1) FROM c').fetchAll()).resources[0];
  await until(`${sent} documents`, async () => (await stored()) === sent, 30_000);
  const { resources } = await twin()
    .predictions.items.query<Answer>('SELECT c.version, c.modelDigest, c.outputs.label FROM c')
    .fetchAll();
  expect(mixed(resources)).toEqual([]);
  expect([await twin().sideTracked('deadLetters'), await twin().sideTracked('parked')]).toEqual([new Map(), new Map()]);

  const moves = 2 * (warmUpPairs + growths.length * pairs);
  const percent = growths.map((growth) => `${(100 * growth).toFixed(1)} %`).join(', ');
  process.stdout.write(
    `${answers.length} calls and ${sent} events over ${moves} moves; the worker grew by ${percent}\n`,
  );
  expect(Math.min(...growths)).toBeLessThan(growthMax);
  expect((await store.repository.aliases(name)).aliases).toEqual({ live: 2 });
});
