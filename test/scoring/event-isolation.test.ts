import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import type { IncomingEvent } from '../../src/core/events/incoming-event.ts';
import { ScoringError } from '../../src/core/fault.ts';
import type { Feeds } from '../../src/core/tensor.ts';
import type { LoadedModel } from '../../src/scoring/loaded-model.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import type { Scorer } from '../../src/scoring/ports.ts';
import { scoreEvents } from '../../src/scoring/score-events.ts';
import type { Attempt } from '../../src/scoring/settle.ts';
import { bundledModels, keepingLog, readings } from './bundled-model.ts';
import { MemoryMarkers, newCrashWatch } from './crashes/memory-markers.ts';
import { MemoryLedger, MemorySideTrack, MemorySink, streamSinksOf } from './memory-ports.ts';

/** A torque that no machine of the fleet has: the marked record. */
const marked = 66.6666;
const holdsMarked = (feeds: Feeds) => Object.values(feeds).some(({ data }) => (data as Float64Array).includes(marked));
const runFailed = () => new ScoringError('model.run_failed', 'The model failed: Expand at node 3', { retryable: true });

let sink: MemorySink;
let sideTrack: MemorySideTrack;
let markers: MemoryMarkers;
/** What happens before each run of the model. */
let beforeRun: (feeds: Feeds) => void | Promise<void>;
let registry: ModelRegistry;

/** The bundled model, in whose runs something may go wrong. */
async function loadFragile(file: Parameters<typeof loadOnnxScorer>[0]): Promise<Scorer> {
  const scorer = await loadOnnxScorer(file);
  return {
    inputs: scorer.inputs,
    outputs: scorer.outputs,
    release: () => scorer.release(),
    async run(feeds, fetches) {
      await beforeRun(feeds);
      return scorer.run(feeds, fetches);
    },
  };
}

beforeEach(() => {
  sink = new MemorySink();
  sideTrack = new MemorySideTrack();
  markers = new MemoryMarkers();
  beforeRun = () => {};
  registry = new ModelRegistry(new FileModelRepository(bundledModels), loadFragile);
});

const score = (events: readonly IncomingEvent[], attempt: Attempt = { number: 0, isLast: false }) => {
  const crashWatch = newCrashWatch(markers);
  return scoreEvents(
    { registry, ...streamSinksOf(sink), sideTrack, ledger: new MemoryLedger(), crashWatch },
    events,
    attempt,
    keepingLog(),
  );
};
const last: Attempt = { number: 5, isLast: true };

const eventOf = (body: unknown, sequence: number): IncomingEvent => ({
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  hub: 'telemetry',
  partition: '0',
  sequence,
  enqueuedAt: '2026-11-21T03:04:05.678Z',
  systemProperties: {},
});
const events = (count: number) => readings(count).map((reading, i) => eventOf(reading, 1000 + i));
const withMarked = (count: number, at: number) =>
  readings(count).map((reading, i) => eventOf(i === at ? { ...reading, torque: marked } : reading, 1000 + i));
const letters = () => [...sideTrack.deadLetters.values()];

describe('a record that the model cannot bear', () => {
  test('is a dead letter with what the model said; the others of its batch are scored at the first attempt', async () => {
    beforeRun = (feeds) => {
      if (holdsMarked(feeds)) throw runFailed();
    };
    expect(await score(withMarked(256, 77))).toMatchObject({ scored: 255, rejected: 1, parked: 0 });
    expect(letters()).toMatchObject([
      {
        reason: 'model.run_failed',
        got: 'The model failed: Expand at node 3',
        source: { sequence: 1077 },
        attempts: 1,
      },
    ]);
    expect(sink.documents.size).toBe(255);
  });

  test('has the same score by itself as the others of its batch have together', async () => {
    await score(events(64));
    const together = new Map([...sink.documents].map(([id, { outputs }]) => [id, outputs]));
    sink.documents.clear();
    let runs = 0;
    beforeRun = () => {
      if (runs++ === 0) throw runFailed();
    };
    expect(await score(events(64))).toMatchObject({ scored: 64 });
    expect(new Map([...sink.documents].map(([id, { outputs }]) => [id, outputs]))).toEqual(together);
  });

  test('is not blamed for a model that fails for everything: the batch comes again, and is parked at last', async () => {
    await score(events(1));
    beforeRun = () => {
      throw runFailed();
    };
    await expect(score(events(8))).rejects.toMatchObject({ code: 'model.run_failed' });
    expect(await score(events(8), last)).toMatchObject({ scored: 0, rejected: 0, parked: 8 });
    expect([...sideTrack.parked.values()]).toMatchObject(Array(8).fill({ waitsFor: 'scoring', attempts: 6 }));
  });
});

/** A reader of records that has a fault of its own, which the marked record brings to light. */
const stumbling = ({ appendJsonRow }: LoadedModel): Pick<LoadedModel, 'appendJsonRow'> => ({
  appendJsonRow(batch, record) {
    if ((record as { torque?: unknown }).torque === marked) throw new RangeError('Maximum call stack size exceeded');
    return appendJsonRow(batch, record);
  },
});

describe('a body that nobody foresaw', () => {
  test('of a hundred thousand brackets is one dead letter, wherever it stands', async () => {
    const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const batch = events(10);
    batch[3] = eventOf(deep(100_000), 1003);
    batch[4] = eventOf(`{"torque": ${deep(100_000)}}`, 1004);
    batch[5] = eventOf(`{"torque": 1, "other": ${deep(1_000_000)}}`, 1005);
    expect(await score(batch)).toMatchObject({ scored: 7, rejected: 3, rejectedByCode: { 'json.too_complex': 3 } });
  });

  test('on which the reader itself stumbles is one dead letter, a record of a list as well', async () => {
    const use = registry.use.bind(registry);
    registry.use = (name, work, selector) => use(name, (model) => work({ ...model, ...stumbling(model) }), selector);
    const [a, b, c] = readings(3);
    const batch = events(4);
    batch[2] = eventOf([a, { ...b, torque: marked }, c], 1002);
    expect(await score(batch)).toMatchObject({ received: 6, scored: 5, rejected: 1 });
    expect(letters()).toMatchObject([{ path: '/1', source: { sequence: 1002, index: 1 } }]);
  });
});

describe('a batch over which processes died', () => {
  const span = { from: 1000, to: 1031, events: 32 };
  const died = [span, { from: 1000, to: 1015, events: 16 }];
  const idOf = (position: string) => `telemetry~0~${position}~mwptqiwe~telemetry`;
  const leaveBehind = (deaths: Record<string, number>) => markers.write('telemetry/0', { life: 'dead', died, deaths });

  test('is scored in portions, and the record that killed twice alone is a dead letter that nobody tries again', async () => {
    await leaveBehind({ [idOf('1007')]: 2, [idOf('1008')]: 1 });
    beforeRun = (feeds) => {
      if (holdsMarked(feeds)) throw new Error('it was tried again');
    };
    const receipt = await score(withMarked(32, 7), { number: 1, isLast: false });
    expect(receipt).toMatchObject({ received: 32, scored: 31, rejected: 1, rejectedByCode: { 'model.crashed': 1 } });
    expect(letters()).toMatchObject([{ id: idOf('1007'), reason: 'model.crashed', attempts: 2 }]);
    expect([...markers.markers.values()].flatMap(({ deaths }) => Object.keys(deaths))).toEqual([]);
  });

  test('also at the last attempt: what kills is never parked', async () => {
    await leaveBehind({ [idOf('1007')]: 2 });
    expect(await score(withMarked(32, 7), last)).toMatchObject({ scored: 31, rejected: 1, parked: 0 });
  });

  test('of a list it is the one record of it that is blamed', async () => {
    const [a, b, c] = readings(3);
    await leaveBehind({ [idOf('1002.1')]: 2 });
    const batch = events(16);
    batch[2] = eventOf([a, { ...b, torque: marked }, c], 1002);
    expect(await score(batch, { number: 1, isLast: false })).toMatchObject({ received: 18, scored: 17, rejected: 1 });
    expect(letters()).toMatchObject([{ id: idOf('1002.1'), path: '/1', reason: 'model.crashed' }]);
  });

  test('names each record before it is tried, alone in the process', async () => {
    await leaveBehind({});
    const named: (string | undefined)[] = [];
    await registry.use('machine-failure', async () => {});
    beforeRun = () => void named.push([...markers.markers.values()].find(({ alone }) => alone !== undefined)?.alone);
    await score(events(32), { number: 1, isLast: false });
    expect(named.filter((id) => id !== undefined)).toEqual(
      Array.from({ length: 16 }, (_, i) => idOf(String(1000 + i))),
    );
  });
});

describe('a model that takes too long', () => {
  test('keeps an attempt no longer than its time: the batch comes again, and is parked at last', async () => {
    await registry.use('machine-failure', async () => {});
    const msPerRow = 2;
    beforeRun = (feeds) => delay(msPerRow * (Object.values(feeds)[0]?.dims[0] ?? 0));
    const attempt = () => ({ number: 0, isLast: false, waitUntilMs: performance.now() + 100 });
    const started = performance.now();
    await expect(score(events(256), attempt())).rejects.toMatchObject({ code: 'model.too_slow', retryable: true });
    expect(performance.now() - started).toBeLessThan(1_000);
    const { scored, parked } = await score(events(256), { ...attempt(), ...last });
    expect([scored + parked, parked > 200]).toEqual([256, true]);
    expect([...sideTrack.parked.values()][0]).toMatchObject({ error: { code: 'model.too_slow' } });
  });
});

test('a record of a list that comes again by itself is scored by itself, as the document that it would have been', async () => {
  const list = eventOf(readings(3), 7);
  await score([list]);
  const documents = new Map(sink.documents);
  sink.documents.clear();
  expect(await score([{ ...list, index: 1 }])).toMatchObject({ scored: 1 });
  const id = 'telemetry~0~7.1~mwptqiwe~machine-failure';
  expect([...sink.documents]).toEqual([[id, documents.get(id)]]);
});
