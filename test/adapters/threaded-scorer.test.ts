import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { networkBytes } from '../../bench/make-models.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { loadScorer } from '../../src/adapters/threaded-scorer.ts';
import type { Feeds } from '../../src/core/tensor.ts';
import type { Scorer } from '../../src/scoring/ports.ts';

const width = 64;
let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-threads-'));
  path = join(folder, 'model.onnx');
  await writeFile(path, networkBytes([width, 1_024, 1_024, 1]));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const feedsOf = (rows: number): Feeds => ({
  features: {
    type: 'float32',
    dims: [rows, width],
    data: Float32Array.from({ length: rows * width }, (_, i) => i % 7),
  },
});

async function loaded(isHeavy: boolean): Promise<Scorer> {
  const scorer = await loadScorer({ name: 'model.onnx', path }, { isHeavy });
  onTestFinished(() => scorer.release());
  return scorer;
}

test('a model in a thread answers as it does without', async () => {
  const [threaded, plain] = [await loaded(true), await loadOnnxScorer({ name: 'model.onnx', path })];
  onTestFinished(() => plain.release());
  expect({ inputs: threaded.inputs, outputs: threaded.outputs }).toEqual({
    inputs: plain.inputs,
    outputs: plain.outputs,
  });
  for (const rows of [1, 5, 300]) {
    expect(await threaded.run(feedsOf(rows), ['value'])).toEqual(await plain.run(feedsOf(rows), ['value']));
  }
});

test('while it runs, others get their turns', async () => {
  const turnsDuring = async (scorer: Scorer) => {
    await scorer.run(feedsOf(1), ['value']);
    let turns = 0;
    let isRunning = true;
    const run = scorer.run(feedsOf(4_000), ['value']).finally(() => {
      isRunning = false;
    });
    while (isRunning) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
    await run;
    return turns;
  };
  expect(await turnsDuring(await loaded(true))).toBeGreaterThan(10 * (await turnsDuring(await loaded(false))));
});

test('what the model refuses is an error of that run alone', async () => {
  const scorer = await loaded(true);
  const wrong: Feeds = { features: { type: 'float32', dims: [1, 2], data: new Float32Array(2) } };
  await expect(scorer.run(wrong, ['value'])).rejects.toMatchObject({ code: 'model.run_failed', retryable: true });
  expect((await scorer.run(feedsOf(2), ['value'])).value?.dims).toEqual([2, 1]);
});

test('a model that cannot be loaded says so, and leaves no thread behind', async () => {
  const missing = loadScorer({ name: 'gone.onnx', path: join(folder, 'gone.onnx') }, { isHeavy: true });
  await expect(missing).rejects.toMatchObject({
    code: 'model.not_ready',
    message: expect.stringContaining('gone.onnx'),
  });
});
