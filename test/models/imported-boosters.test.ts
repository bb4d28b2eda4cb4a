import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { readJsonRows } from '../../src/core/batch/json-rows.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { scoreBatch } from '../../src/scoring/score-batch.ts';
import { buildModel } from '../scoring/built-models.ts';
import { importInto } from '../scoring/import/importing.ts';

/** A model as its usual converter wrote it, and what the library itself says of some rows; see training/booster_vectors.py. */
interface Vector {
  readonly about: string;
  readonly model: string;
  readonly tolerance: number;
  readonly features: readonly string[];
  readonly rows: readonly (readonly (number | null)[])[];
  readonly classes: readonly (string | number)[];
  readonly scores: {
    readonly label: readonly (string | number)[];
    readonly probabilities: readonly (readonly number[])[];
  };
}

const vectors = fileURLToPath(new URL('../vectors/boosters', import.meta.url));
const names = globSync('*.json', { cwd: vectors }).map((file) => basename(file, '.json'));

describe('boosters as their converters export them', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-boosters-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('are five: two of LightGBM, three of XGBoost', () => {
    expect(names).toHaveLength(5);
  });

  test.each(names)('%s imports with a sample of its rows, and agrees with its library', async (name) => {
    const vector = JSON.parse(await readFile(join(vectors, `${name}.json`), 'utf8')) as Vector;
    const samplePath = join(folder, `${name}.csv`);
    await writeFile(samplePath, `${[vector.features, ...vector.rows].map((row) => row.join(',')).join('\n')}\n`);
    const { proofs } = await importInto(folder, name, join(vectors, vector.model), { samplePath });
    expect(proofs.join()).toContain('Rows may run together');
    await buildModel(folder, name);
    await using registry = releasing(new ModelRegistry(new FileModelRepository(folder), loadOnnxScorer));

    const { scores } = await registry.models.use(name, async (model) => {
      const records = vector.rows.map((row) => Object.fromEntries(row.map((value, i) => [vector.features[i], value])));
      const { batch, faults } = readJsonRows(model.layout, model.appendJsonRow, records);
      expect(faults.size).toBe(0);
      return scoreBatch(model, batch);
    });
    expect(scores.map((score) => score?.label)).toEqual(vector.scores.label.map(String));
    const classes = vector.classes.map(String);
    scores.forEach((score, row) => {
      const probabilities = (score?.probabilities ?? { [classes[1]!]: score?.probability }) as Record<string, number>;
      for (const [label, probability] of Object.entries(probabilities)) {
        const expected = vector.scores.probabilities[row]![classes.indexOf(label)]!;
        expect(Math.abs(probability - expected), `row ${row}, class ${label}`).toBeLessThanOrEqual(vector.tolerance);
      }
    });
  });
});

/** Releases the models at the end of a test, however it ends. */
const releasing = (models: ModelRegistry) => ({ models, [Symbol.asyncDispose]: () => models.release() });
