import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxBytes, loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { openPackageFolder } from '../../src/adapters/open-package-folder.ts';
import { jsonRowReader } from '../../src/core/batch/json-rows.ts';
import { DecodedRows } from '../../src/core/formats/decoded-rows.ts';
import type { Score } from '../../src/core/outputs/read-outputs.ts';
import { loadModel } from '../../src/scoring/loaded-model.ts';
import { addGolden } from '../../src/scoring/packages/add-golden.ts';
import type { DataRows } from '../../src/scoring/packages/data-rows.ts';
import { fitPackage } from '../../src/scoring/packages/fit-package.ts';
import { scoreBatch } from '../../src/scoring/score-batch.ts';
import type { Cell, Table, Vector } from '../core/steps/vectors.ts';
import { buildModel } from '../scoring/built-models.ts';
import { importInto } from '../scoring/import/importing.ts';

/** A pipeline of scikit-learn with the model at its end, exported by its usual converter, and the library's own scores. */
interface PipelineVector extends Vector {
  readonly model: string;
  readonly classes?: readonly (string | number)[];
  readonly scores: {
    readonly label?: readonly (string | number)[];
    readonly probabilities?: readonly (readonly number[])[];
    readonly value?: readonly (number | readonly number[])[];
  };
}

const vectors = fileURLToPath(new URL('../vectors/pipelines', import.meta.url));
const names = readdirSync(vectors)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));
const tolerance = 1e-6;
const keepIn = process.env.SLUICE_KEEP_PACKAGES;

const recordsOf = (table: Table): Record<string, Cell>[] => {
  const columns = Object.entries(table);
  return Array.from({ length: columns[0]?.[1].length ?? 0 }, (_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row] ?? null])),
  );
};

/** Rows in memory as the rows of a file, in pieces of no round size. */
const dataOf = (records: readonly object[], piece = 97): DataRows => ({
  async *read(layout) {
    const append = jsonRowReader(layout);
    for (let from = 0; from < records.length; from += piece) {
      const rows = new DecodedRows(layout, piece);
      for (const record of records.slice(from, from + piece)) expect(append(rows.batch, record)).toBeUndefined();
      yield rows;
    }
  },
});

test('there are ten pipelines', () => expect(names).toHaveLength(10));

describe.each(names)('%s', (name) => {
  let models: string;
  let vector: PipelineVector;
  let scores: readonly (Score | undefined)[];

  /** Brings the model as a user has it, says what the columns are, learns, builds, scores. */
  beforeAll(async () => {
    models = await mkdtemp(join(tmpdir(), 'sluice-pipeline-'));
    vector = JSON.parse(readFileSync(join(vectors, `${name}.json`), 'utf8')) as PipelineVector;
    const { manifest } = await importInto(models, name, join(vectors, vector.model));
    const folder = openPackageFolder(models, name, 1);
    const features = vector.features.map((feature) => {
      if (feature.type === 'category') return { ...feature, missing: 'keep', unknown: 'keep' };
      // The rows hold numbers that no integer feature takes.
      return { ...feature, missing: 'keep', type: feature.type === 'integer' ? 'number' : feature.type };
    });
    const [input = ''] = Object.keys((manifest as { model: { inputs: object } }).model.inputs);
    const { derive = {}, steps, columns } = vector;
    const written = { ...manifest, features, derive, steps, model: { inputs: { [input]: columns } } };
    writeFileSync(folder.path('manifest.json'), JSON.stringify(written));
    await fitPackage(folder, dataOf(recordsOf(vector.fitRows)), loadOnnxBytes, () => {});
    await addGolden(folder, { rows: recordsOf(vector.rows) }, undefined, loadOnnxBytes);
    await buildModel(models, name);
    const model = await loadModel(await new FileModelRepository(models).open(name, 1), loadOnnxScorer);
    const rows = new DecodedRows(model.layout, 1);
    for (const record of recordsOf(vector.rows)) expect(model.appendJsonRow(rows.batch, record)).toBeUndefined();
    scores = (await scoreBatch(model, rows.batch)).scores;
    await model.scorer.release();
  });
  afterAll(async () => {
    // For training/compare_runtimes.py, which runs the same packages in Python.
    if (keepIn !== undefined) await cp(models, keepIn, { recursive: true });
    await rm(models, { recursive: true, force: true });
  });

  test('scores every row as scikit-learn does', () => {
    const { label, probabilities, value } = vector.scores;
    const expected = probabilities ?? value?.map((each) => (Array.isArray(each) ? each : [each])) ?? [];
    expect(scores).toHaveLength(expected.length);
    expect(expected.length).toBeGreaterThan(30);
    scores.forEach((score, row) => {
      const got = score === undefined ? [] : numbersOf(score, vector.classes);
      const want = probabilities !== undefined && got.length === 1 ? expected[row]?.slice(1) : expected[row];
      expect(got, `row ${row}`).toHaveLength(want?.length ?? 0);
      want?.forEach((number, i) => {
        expect(Math.abs((got[i] ?? Number.NaN) - number), `row ${row}, ${i}`).toBeLessThanOrEqual(
          tolerance * Math.max(1, Math.abs(number)),
        );
      });
      if (label !== undefined) expect(score?.label, `row ${row}`).toBe(String(label[row]));
    });
  });
});

/** The numbers of a score in the order of the classes, or of the values. */
function numbersOf(score: Score, classes: PipelineVector['classes']): number[] {
  const { label: _, ...rest } = score;
  const [value] = Object.values(rest);
  if (typeof value === 'number') return [value];
  if (Array.isArray(value)) return value as number[];
  return (classes ?? []).map((name) => (value as Record<string, number>)[String(name)] ?? Number.NaN);
}
