import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readJsonRows } from '../../src/core/batch/json-rows.ts';
import type { LoadedModel } from '../../src/scoring/loaded-model.ts';
import { type Runnable, RunQueue } from '../../src/scoring/run-queue.ts';
import { bundledModel, readings } from './bundled-model.ts';

let model: LoadedModel;
beforeAll(async () => {
  model = await bundledModel();
});

const batchOf = (rows: readonly object[]) => readJsonRows(model.layout, model.appendJsonRow, rows).batch;

/** The model's queue, with what each run was fed. */
function watched(changes: Partial<Runnable> = {}) {
  const runs: number[] = [];
  const runnable: Runnable = {
    ...model,
    scorer: {
      ...model.scorer,
      run: (feeds, fetches) => {
        runs.push(feeds.numbers?.dims[0] ?? 0);
        return model.scorer.run(feeds, fetches);
      },
    },
    ...changes,
  };
  return { queue: new RunQueue(runnable), runs };
}

test('an empty batch has no scores and runs nothing', async () => {
  const { queue, runs } = watched();
  expect((await queue.score(batchOf([]))).scores).toEqual([]);
  expect(runs).toEqual([]);
});

test('calls of one turn share a run, and each gets its own rows back, bit for bit as if it had been alone', async () => {
  const rows = readings(60);
  const alone: unknown[] = [];
  for (const row of rows) alone.push((await watched().queue.score(batchOf([row]))).scores[0]);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 10 }), async (sizes) => {
      const { queue } = watched();
      const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((sum, size) => sum + size, 0));
      const parts = ends.map((end, i) => rows.slice(ends[i - 1] ?? 0, end));
      const scored = await Promise.all(
        parts.filter((part) => part.length > 0).map((part) => queue.score(batchOf(part))),
      );
      expect(scored.flatMap(({ scores }) => scores)).toEqual(alone.slice(0, ends.at(-1)));
    }),
    { numRuns: 30 },
  );
});

test('a hundred callers of one turn cost far fewer than a hundred runs', async () => {
  const { queue, runs } = watched();
  await queue.score(batchOf(readings(64)));
  runs.length = 0;
  await Promise.all(readings(100).map((row) => queue.score(batchOf([row]))));
  expect(runs.length).toBeLessThan(30);
  expect(runs.reduce((sum, rows) => sum + rows, 0)).toBeGreaterThanOrEqual(100);
});

test('a caller that was alone the last time runs at once; one that had company waits for others of the same turn', async () => {
  const { queue, runs } = watched();
  const call = (row: object) => queue.score(batchOf([row]));
  const rows = readings(8);
  const ranAtOnce = () => {
    runs.length = 0;
    const calls = rows.map(call);
    const started = runs.length;
    return Promise.all(calls).then(() => turn(started));
  };
  expect(await ranAtOnce()).toBe(0);
  expect(await ranAtOnce()).toBe(0);
  await turn(await call(rows[0] as object));
  expect(await ranAtOnce()).toBe(1);
  expect(await ranAtOnce()).toBe(0);
});

test('many rows run in pieces, in order', async () => {
  const rows = readings(5_000);
  const { queue, runs } = watched();
  const { scores } = await queue.score(batchOf(rows));
  expect(runs.length).toBeGreaterThan(1);
  expect(Math.max(...runs)).toBeLessThanOrEqual(4_096);
  expect(scores).toHaveLength(rows.length);
  const sample = [0, 1, 17, 2_500, 4_999];
  for (const i of sample) expect(scores[i]).toEqual((await queue.score(batchOf([rows[i]!]))).scores[0]);
});

describe('a failing run', () => {
  const poison = 99.5;
  const failing = () =>
    watched({
      scorer: {
        ...model.scorer,
        run: async (feeds, fetches) => {
          const data = feeds.numbers?.data as Float64Array;
          if (data.includes(poison)) throw new Error('the model failed');
          return model.scorer.run(feeds, fetches);
        },
      },
    });

  test('fails only the caller whose rows it was', async () => {
    const { queue } = failing();
    await queue.score(batchOf(readings(64)));
    const [good] = readings(1) as [object];
    const calls = [good, { ...good, torque: poison }, good].map((row) => queue.score(batchOf([row])));
    const ended = await Promise.allSettled(calls);
    expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('leaves the queue working', async () => {
    const { queue } = failing();
    const [good] = readings(1) as [object];
    await expect(queue.score(batchOf([{ ...good, torque: poison }]))).rejects.toThrow('the model failed');
    expect((await queue.score(batchOf([good]))).scores).toHaveLength(1);
  });
});
