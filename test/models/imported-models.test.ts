import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { tensorsOf } from '../../src/cli/examples.ts';
import { readJsonRows } from '../../src/core/batch/json-rows.ts';
import type { Feeds, Tensor } from '../../src/core/tensor.ts';
import type { ImportReport } from '../../src/scoring/import/import-model.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { scoreBatch } from '../../src/scoring/score-batch.ts';
import { scoreFile } from '../../src/scoring/score-file.ts';
import { buildModel } from '../scoring/built-models.ts';
import { keepingLog } from '../scoring/bundled-model.ts';
import { importInto } from '../scoring/import/importing.ts';
import { MemoryFiles, MemorySink } from '../scoring/memory-ports.ts';
import { hasSharedData, sharedData } from '../shared-data.ts';
import { type Pixels, readPng } from './png-pixels.ts';

/** Models that others made, and rows as they would come; nothing else is told to the import. */
const given: readonly (readonly [string, (readonly string[])?])[] = [
  ['ai4i-randomforest', ['ai4i2020', 'ai4i2020.csv']],
  ['occupancy-logreg', ['occupancy', 'datatest.txt']],
  ['iris-randomforest-zipmap'],
  ['titanic-pipeline', ['titanic', 'titanic.csv']],
  ['mnist-cntk'],
  ['mobilenet-v3-int8'],
];

describe.skipIf(!hasSharedData)('models of others, imported and built as they are (skipped without ../shared)', () => {
  let folder: string;
  let registry: ModelRegistry;
  const reports = new Map<string, ImportReport>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-imported-'));
    for (const [name, sample] of given) {
      const samplePath = sample && sharedData(...sample);
      reports.set(name, await importInto(folder, name, sharedData('models', name, 'model.onnx'), { samplePath }));
      await buildModel(folder, name);
    }
    registry = new ModelRegistry(new FileModelRepository(folder), loadOnnxScorer);
    // Six imports with a process each: on a busy machine half a minute is not enough.
  }, 120_000);
  afterAll(async () => {
    await registry?.release();
    await rm(folder, { recursive: true, force: true });
  });

  const expected = async (name: string) => JSON.parse(await readFile(sharedData('expected', `${name}.json`), 'utf8'));

  /** Scores a file as an upload for the model. @returns the columns of its result */
  async function scores(model: string, ...path: string[]) {
    const files = new MemoryFiles();
    const blob = `${model}/${path.at(-1)}`;
    files.upload(blob, await readFile(sharedData(...path), 'utf8'));
    const scoring = { registry, source: files, results: files, sink: new MemorySink() };
    const announced = { container: 'incoming', name: blob, sequencer: undefined };
    const report = await scoreFile(scoring, announced, { number: 0, isLast: false }, keepingLog());
    const text = files.results.get(`${model}/${blob}/${report?.run}/scores.csv`) ?? '';
    const [head = [], ...rows] = text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const column = (name: string) => rows.map((row) => row[head.indexOf(name)]);
    return { report, column };
  }

  const expectClose = (got: readonly number[], wanted: readonly number[], tolerance: number) =>
    wanted.forEach((value, row) => {
      expect(Math.abs(got[row]! - value), `row ${row}: ${got[row]} for ${value}`).toBeLessThanOrEqual(tolerance);
    });

  test.each([
    ['ai4i-randomforest', ['ai4i2020', 'ai4i2020.csv'], 'ai4i', 10_000],
    ['occupancy-logreg', ['occupancy', 'datatest.txt'], 'occupancy', 2_665],
  ])('%s scores the whole file as scikit-learn and numpy did', async (model, path, name, rows) => {
    const { report, column } = await scores(model, ...path);
    expect(report).toMatchObject({ state: 'succeeded', rows, scored: rows, rejected: 0 });
    expectClose(column('probability').map(Number), (await expected(name)).p1, 1e-5);
  });

  test('titanic-pipeline: numbers, texts, missing ages and ports score as scikit-learn did', async () => {
    const { report, column } = await scores('titanic-pipeline', 'titanic', 'titanic.csv');
    expect(report).toMatchObject({ state: 'succeeded', rows: 891, scored: 891, rejected: 0 });
    const { label, probabilities } = (await expected('titanic')) as { label: number[]; probabilities: number[][] };
    expect(column('label').slice(0, label.length).map(Number)).toEqual(label);
    expectClose(
      column('probability').map(Number),
      probabilities.map((row) => row[1]!),
      1e-5,
    );
  });

  test('iris-randomforest-zipmap gives the label and all three probabilities', async () => {
    const { rows, randomForestLabel, randomForestProbabilities } = await expected('iris');
    const { scores: got } = await registry.use('iris-randomforest-zipmap', async (model) => {
      const records = rows.map((row: number[]) => Object.fromEntries(row.map((value, i) => [`f${i}`, value])));
      const { batch } = readJsonRows(model.layout, model.appendJsonRow, records);
      return scoreBatch(model, batch);
    });
    expect(got.map((score) => score?.label)).toEqual(randomForestLabel.map(String));
    got.forEach((score, row) => {
      const probabilities = score?.probabilities as Record<string, number>;
      expect(Object.keys(probabilities)).toEqual(['0', '1', '2']);
      expectClose(Object.values(probabilities), randomForestProbabilities[row], 1e-6);
    });
  });

  describe('models of tensors', () => {
    /** Runs tensors through the built package. */
    const run = (model: string, feeds: Feeds) =>
      registry.use(model, ({ scorer, fetches }) => scorer.run(feeds, fetches));
    const recorded = (model: string, set: string) =>
      registry.use(model, async ({ scorer }) =>
        tensorsOf(
          sharedData('models', model, set),
          scorer.inputs.map(({ name }) => name),
          scorer.outputs.map(({ name }) => name),
        ),
      );
    const numbersOf = (tensor: Tensor | undefined) => Array.from(tensor?.data as Float32Array);

    test.each([
      ['mnist-cntk', 'test_data_set_0', 1e-2],
      ['mnist-cntk', 'test_data_set_1', 1e-2],
      ['mnist-cntk', 'test_data_set_2', 1e-2],
      ['mobilenet-v3-int8', 'test_data_set_0', 1e-2],
    ])('%s gives the recorded outputs of %s', async (model, set, tolerance) => {
      expect(reports.get(model)).toMatchObject({ plan: undefined, manifest: { outputs: {} } });
      const { feeds, outputs } = await recorded(model, set);
      const got = await run(model, feeds);
      for (const [name, tensor] of Object.entries(outputs))
        expectClose(numbersOf(got[name]), numbersOf(tensor), tolerance);
    });

    test('mnist-cntk, made for one digit, takes three at once', async () => {
      const sets = await Promise.all([0, 1, 2].map((i) => recorded('mnist-cntk', `test_data_set_${i}`)));
      const [name] = Object.keys(sets[0]!.feeds) as [string];
      const data = Float32Array.from(sets.flatMap(({ feeds }) => numbersOf(feeds[name])));
      const got = await run('mnist-cntk', { [name]: { type: 'float32', dims: [3, 1, 28, 28], data } });
      const [output] = Object.keys(got) as [string];
      expect(got[output]?.dims).toEqual([3, 10]);
      expectClose(
        numbersOf(got[output]),
        sets.flatMap(({ outputs }) => numbersOf(outputs[output])),
        1e-2,
      );
    });

    test('mobilenet-v3-int8 tells a cat and a tench', async () => {
      const labels = (await readFile(sharedData('images', 'imagenet_labels_densenet.txt'), 'utf8')).split('\n');
      const told = async (image: string) => {
        const data = normalised(readPng(await readFile(sharedData('images', image))), 244);
        const { scores: out } = await run('mobilenet-v3-int8', {
          image: { type: 'float32', dims: [1, 3, 244, 244], data },
        });
        const numbers = numbersOf(out);
        return labels[numbers.indexOf(Math.max(...numbers))];
      };
      expect(await told('fish.png')).toBe('TENCH');
      expect(await told('kitten_224.png')).toMatch(/CAT|TABBY/);
    });
  });
});

/** An image in the size and scale of ImageNet's models: channels apart, enlarged, mean and deviation taken out. */
function normalised({ width, height, rgb }: Pixels, size: number): Float32Array {
  const mean = [0.485, 0.456, 0.406];
  const deviation = [0.229, 0.224, 0.225];
  const clamped = (value: number, end: number) => Math.min(end - 1, Math.max(0, value));
  const pixel = (x: number, y: number, channel: number) =>
    rgb[(clamped(y, height) * width + clamped(x, width)) * 3 + channel]!;
  return Float32Array.from({ length: 3 * size * size }, (_, i) => {
    const channel = Math.floor(i / size ** 2);
    const [x, y] = [i % size, Math.floor(i / size) % size].map((at) => ((at + 0.5) * width) / size - 0.5) as [
      number,
      number,
    ];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const row = (at: number) => pixel(left, at, channel) * (1 - x + left) + pixel(left + 1, at, channel) * (x - left);
    const value = row(top) * (1 - y + top) + row(top + 1) * (y - top);
    return (value / 255 - mean[channel]!) / deviation[channel]!;
  });
}
