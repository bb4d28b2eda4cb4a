import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { readJsonRows } from '../../src/core/batch/json-rows.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { scoreBatch } from '../../src/scoring/score-batch.ts';
import { scoreFile } from '../../src/scoring/score-file.ts';
import { buildModel } from '../scoring/built-models.ts';
import { keepingLog } from '../scoring/bundled-model.ts';
import { MemoryFiles, MemorySink } from '../scoring/memory-ports.ts';
import { hasSharedData, sharedData } from '../shared-data.ts';

const manifests = fileURLToPath(new URL('./manifests', import.meta.url));
const names = ['ai4i-randomforest', 'occupancy-logreg', 'iris-mlp'];

/** What others computed for the same rows, to seven digits. */
const expected = async (name: string) => JSON.parse(await readFile(sharedData('expected', `${name}.json`), 'utf8'));

describe.skipIf(!hasSharedData)('models and data that others made (skipped where ../shared is absent)', () => {
  let folder: string;
  let registry: ModelRegistry;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-real-'));
    for (const name of names) {
      await mkdir(join(folder, name, '1'), { recursive: true });
      await copyFile(join(manifests, `${name}.json`), join(folder, name, '1', 'manifest.json'));
      await copyFile(sharedData('models', name, 'model.onnx'), join(folder, name, '1', 'model.onnx'));
      await buildModel(folder, name);
    }
    registry = new ModelRegistry(new FileModelRepository(folder), loadOnnxScorer);
  });
  afterAll(async () => {
    await registry?.release();
    await rm(folder, { recursive: true, force: true });
  });

  /** Scores a file as an upload for the model. */
  async function scores(model: string, ...path: string[]) {
    const files = new MemoryFiles();
    files.pieceBytes = 65_536;
    const blob = `${model}/${path.at(-1)}`;
    files.upload(blob, await readFile(sharedData(...path), 'utf8'));
    const scoring = { registry, source: files, results: files, sink: new MemorySink() };
    const announced = { container: 'incoming', name: blob, sequencer: undefined };
    const report = await scoreFile(scoring, announced, { number: 0, isLast: false }, keepingLog());
    const text = files.results.get(`${model}/${blob}/${report?.run}/scores.csv`) ?? '';
    const [head = '', ...lines] = text.trimEnd().split('\n');
    const probability = head.split(',').indexOf('probability');
    return { report, probabilities: lines.map((line) => Number(line.split(',')[probability])) };
  }

  test.each([
    ['ai4i-randomforest', ['ai4i2020', 'ai4i2020.csv'], 'ai4i', 10_000],
    ['occupancy-logreg', ['occupancy', 'datatest.txt'], 'occupancy', 2_665],
  ])(
    '%s scores the whole file beside it with only a manifest, equal to what scikit-learn and numpy gave',
    async (model, path, name, rows) => {
      const { report, probabilities } = await scores(model, ...path);
      expect(report).toMatchObject({ state: 'succeeded', rows, scored: rows, rejected: 0 });
      const { p1 } = (await expected(name)) as { p1: number[] };
      expect(p1).toHaveLength(50);
      p1.forEach((value, row) => {
        expect(Math.abs(probabilities[row]! - value), `row ${row}`).toBeLessThanOrEqual(1e-5);
      });
    },
  );

  test('iris-mlp scores the rows of the expected file', async () => {
    const { rows, mlpLogits, truth } = (await expected('iris')) as {
      rows: number[][];
      mlpLogits: number[][];
      truth: number[];
    };
    const { scored, classes } = await registry.use('iris-mlp', async (model) => {
      const features = model.manifest.features.map(({ name }) => name);
      const records = rows.map((row) => Object.fromEntries(row.map((value, i) => [features[i], value])));
      const { batch } = readJsonRows(model.layout, model.appendJsonRow, records);
      return { scored: await scoreBatch(model, batch), classes: model.manifest.classes };
    });
    expect(scored.scores).toHaveLength(10);
    scored.scores.forEach((score, row) => {
      (score!.logits as number[]).forEach((value, i) => {
        expect(Math.abs(value - mlpLogits[row]![i]!), `row ${row}, class ${i}`).toBeLessThanOrEqual(1e-5);
      });
    });
    expect(scored.scores.map((score) => score?.label)).toEqual(truth.map((i) => classes?.[i]));
  });
});
