import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { readJsonRows } from '../../src/core/batch/json-rows.ts';
import { ScoringError } from '../../src/core/fault.ts';
import type { Feeds, Outputs } from '../../src/core/tensor.ts';
import { Deadline } from '../../src/scoring/deadline.ts';
import type { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { RunQueue } from '../../src/scoring/run-queue.ts';
import { TensorQueue } from '../../src/scoring/tensor-queue.ts';
import { bundledModel, readings } from './bundled-model.ts';
import { httpClient } from './http/http-client.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** The queue of a model, with the rows of each run. */
async function queueOf(name: string) {
  const client = await httpClient();
  ends.push(() => client.close());
  const runs: number[] = [];
  return client.registry.use(name, async ({ scorer, takesOneRow }) => {
    const run = (feeds: Feeds, fetches: readonly string[]): Promise<Outputs> => {
      runs.push(feeds.x?.dims[0] ?? 0);
      const first = (feeds.x?.data as Float32Array | undefined)?.[0];
      if (first === poison) return Promise.reject(new ScoringError('model.run_failed', 'poison', { retryable: true }));
      return scorer.run(feeds, fetches);
    };
    return {
      queue: new TensorQueue({ ...scorer, inputs: scorer.inputs, outputs: scorer.outputs, run }, takesOneRow),
      runs,
    };
  });
}

const poison = 666;
const feedsOf = (rows: number, width: readonly number[], start = 0): Feeds => {
  const size = rows * width.reduce((product, dim) => product * dim, 1);
  return {
    x: { type: 'float32', dims: [rows, ...width], data: Float32Array.from({ length: size }, (_, i) => start + i / 7) },
  };
};

test('calls that run together get what they get alone, bit for bit', async () => {
  const { queue, runs } = await queueOf('halves');
  const alone = async (rows: number, start: number) => (await queue.score(feedsOf(rows, [3], start))).y?.data;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 12 }), async (sizes) => {
      const together = await Promise.all(sizes.map((rows, i) => queue.score(feedsOf(rows, [3], i))));
      for (const [i, rows] of sizes.entries()) {
        expect(together[i]?.y?.dims).toEqual([rows, 3]);
        expect(together[i]?.y?.data).toEqual(await alone(rows, i));
      }
    }),
    { numRuns: 20 },
  );
  runs.length = 0;
  await Promise.all(Array.from({ length: 64 }, (_, i) => queue.score(feedsOf(1, [3], i))));
  expect(runs.length).toBeLessThan(10);
});

test('one row that is small runs doubled; large rows run as they came and never share a run', async () => {
  const small = await queueOf('halves');
  await small.queue.score(feedsOf(1, [3]));
  expect(small.runs).toEqual([2]);
  const large = await queueOf('pixels');
  await Promise.all([1, 1].map((rows) => large.queue.score(feedsOf(rows, [3, 64, 64]))));
  expect(large.runs).toEqual([1, 1]);
});

test('rows that came together are not parted to the last one', async () => {
  const { queue, runs } = await queueOf('pixels');
  expect((await queue.score(feedsOf(7, [3, 64, 64]))).y?.dims).toEqual([7, 3, 64, 64]);
  expect(Math.min(...runs)).toBeGreaterThan(1);
  expect(runs.reduce((sum, rows) => sum + rows, 0)).toBe(7);
});

test('a model of one row at a time is run so', async () => {
  const { queue, runs } = await queueOf('single');
  expect((await queue.score(feedsOf(4, [3]))).y?.dims).toEqual([4, 3]);
  expect(runs).toEqual([1, 1, 1, 1]);
});

test('a failing call fails alone', async () => {
  const { queue } = await queueOf('halves');
  const calls = [0, poison, 1].map((start) => queue.score(feedsOf(2, [3], start)));
  const ended = await Promise.allSettled(calls);
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a deadline acts between chunks: what is late is not run to its end, and others go on', async () => {
  const model = await bundledModel();
  let runs = 0;
  const scorer = {
    ...model.scorer,
    inputs: model.scorer.inputs,
    outputs: model.scorer.outputs,
    run: async (feeds: Feeds, fetches: readonly string[]) => {
      runs++;
      const started = performance.now();
      while (performance.now() - started < 5);
      return model.scorer.run(feeds, fetches);
    },
  };
  const queue = new RunQueue({ ...model, scorer });
  const batch = (count: number) => readJsonRows(model.layout, model.appendJsonRow, readings(count)).batch;
  const late = queue.score(batch(2_000), new Deadline(40));
  await expect(late).rejects.toMatchObject({ code: 'request.timed_out', message: expect.stringContaining('40 ms') });
  expect(runs).toBeLessThan(40);
  expect((await queue.score(batch(1))).scores).toHaveLength(1);
  await model.scorer.release();
});

test('work that waits for something else is told when its time is over', async () => {
  const never = new Promise<never>(() => {});
  await expect(new Deadline(10).meet(never)).rejects.toMatchObject({ code: 'request.timed_out' });
  expect(await new Deadline(10_000).meet(Promise.resolve(7))).toBe(7);
});

test('a call whose model never comes is answered 504 in time', async () => {
  const client = await httpClient({ limits: { callMs: 60 } });
  ends.push(() => client.close());
  const registry = client.registry as { use: ModelRegistry['use'] };
  const use = registry.use;
  registry.use = () => new Promise<never>(() => {});
  const { status, json } = await client.call('POST', '/v2/models/halves/infer', { inputs: [] });
  registry.use = use;
  expect([status, json.code]).toEqual([504, 'request.timed_out']);
});
