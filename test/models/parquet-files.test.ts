import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { fileReaders } from '../../src/adapters/file-readers.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';

import { writeOnnx } from '../../src/core/graph/onnx-file.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { scoreFile } from '../../src/scoring/score-file.ts';
import { echoModel } from '../core/pipeline/echo-model.ts';
import { buildModel } from '../scoring/built-models.ts';
import { keepingLog } from '../scoring/bundled-model.ts';
import { changedRepository, MemoryFiles, MemorySink } from '../scoring/memory-ports.ts';

const name = 'echo';
const vectors = fileURLToPath(new URL('../vectors/parquet/', import.meta.url));

/** Models whose scores are the values that they were fed. */
async function echoModels(): Promise<ModelRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-parquet-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const manifest = {
    name,
    version: 1,
    task: 'regression',
    features: [
      { name: 'float64', type: 'number' },
      { name: 'int8', type: 'integer' },
    ],
    model: { inputs: { numbers: ['float64', 'int8'] } },
    outputs: { read: { kind: 'vector', tensor: 'numbers_out' } },
  };
  await mkdir(join(folder, name, '1'), { recursive: true });
  await writeFile(join(folder, name, '1', 'manifest.json'), JSON.stringify(manifest));
  const model = echoModel([{ name: 'numbers', type: 'FLOAT', dims: ['N', 2] }]);
  await writeFile(join(folder, name, '1', 'model.onnx'), writeOnnx(model));
  await buildModel(folder, name);
  const routes = async () => ({ files: [{ prefix: 'echo/', model: name, columns: ['unique'] }] });
  const registry = new ModelRegistry(changedRepository(new FileModelRepository(folder), { routes }), loadOnnxScorer);
  onTestFinished(() => registry.release());
  return registry;
}

async function scored(bytes: Uint8Array) {
  const files = new MemoryFiles();
  files.upload('echo/rows.parquet', bytes);
  const report = await scoreFile(
    {
      registry: await echoModels(),
      source: files,
      results: files,
      sink: new MemorySink(),
      readers: fileReaders,
    },
    { container: 'incoming', name: 'echo/rows.parquet', sequencer: undefined },
    { number: 0, isLast: true },
    keepingLog(),
  );
  const textOf = (file: string) =>
    files.results.get(`echo/echo/rows.parquet/${report?.run}/${file}`)?.trimEnd().split('\n');
  return { report, scores: textOf('scores.csv'), errors: textOf('errors.csv') };
}

test('a Parquet upload gives its scores as CSV, in the order of the rows, with columns repeated; rows without a value are listed', async () => {
  const values = JSON.parse(await readFile(join(vectors, 'values.json'), 'utf8'))['plain.parquet'];
  const { report, scores, errors } = await scored(await readFile(join(vectors, 'three-groups.parquet')));
  const missing = values.float64.flatMap((value: number | null, row: number) => (value === null ? [row] : []));
  expect(report).toMatchObject({ state: 'succeeded', rows: 40, scored: 40 - missing.length, rejected: missing.length });
  expect(scores?.[0]).toBe('row,unique,read.0,read.1');
  const read = scores!.slice(1).map((line) => line.split(','));
  expect(read.map(([row]) => Number(row))).toEqual([...values.int8.keys()].filter((row) => !missing.includes(row)));
  for (const [row, unique, float64, int8] of read) {
    expect([unique, Number(float64), Number(int8)]).toEqual([
      values.unique[Number(row)],
      Number(float64),
      values.int8[Number(row)],
    ]);
    expect(Math.fround(Number(float64))).toBe(Math.fround(values.float64[Number(row)]));
  }
  expect(errors?.slice(1)).toEqual(missing.map((row: number) => `${row},,,float64,feature.missing,a number,null`));
});

test('a broken Parquet upload ends as a failed run that says why', async () => {
  const bytes = await readFile(join(vectors, 'three-groups.parquet'));
  const { report } = await scored(bytes.subarray(0, bytes.length - 20));
  expect(report).toMatchObject({ state: 'failed', error: { code: 'parquet.malformed' } });
});
