import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { writeOnnx } from '../../src/core/graph/onnx-file.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { scoreFile } from '../../src/scoring/score-file.ts';
import { echoModel } from '../core/pipeline/echo-model.ts';
import { buildModel } from '../scoring/built-models.ts';
import { keepingLog } from '../scoring/bundled-model.ts';
import { MemoryFiles, MemorySink } from '../scoring/memory-ports.ts';
import { hasSharedData, sharedData } from '../shared-data.ts';

const name = 'california-housing';
/** What stands in for an empty cell: the median of the column. */
const medianBedrooms = 435;

/** A package whose model answers with what it is fed: its scores show how the file was read. */
async function echoPackage(columns: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-california-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const numbers = columns.filter((column) => column !== 'ocean_proximity');
  const manifest = {
    name,
    version: 1,
    task: 'regression',
    features: [
      ...numbers.map((column) => ({
        name: column,
        type: 'number',
        ...(column === 'total_bedrooms' && { missing: { impute: medianBedrooms } }),
      })),
      {
        name: 'ocean_proximity',
        type: 'category',
        categories: ['<1H OCEAN', 'INLAND', 'ISLAND', 'NEAR BAY', 'NEAR OCEAN'],
      },
    ],
    model: { inputs: { numbers } },
    outputs: { read: { kind: 'vector', tensor: 'numbers_out' } },
  };
  await mkdir(join(folder, name, '1'), { recursive: true });
  await writeFile(join(folder, name, '1', 'manifest.json'), JSON.stringify(manifest));
  const model = echoModel([{ name: 'numbers', type: 'FLOAT', dims: ['N', numbers.length] }]);
  await writeFile(join(folder, name, '1', 'model.onnx'), writeOnnx(model));
  await buildModel(folder, name);
  return folder;
}

test.skipIf(!hasSharedData)(
  'california-housing is read with only a manifest: each number exact, 207 empty cells filled (skipped where ../shared is absent)',
  async () => {
    const text = await readFile(sharedData('files', 'california-housing.csv'), 'utf8');
    const [head = '', ...lines] = text.trimEnd().split(/\r?\n/);
    const registry = new ModelRegistry(new FileModelRepository(await echoPackage(head.split(','))), loadOnnxScorer);
    onTestFinished(() => registry.release());
    const files = new MemoryFiles();
    files.pieceBytes = 65_536;
    files.upload(`${name}/all.csv`, text);
    const report = await scoreFile(
      { registry, source: files, results: files, sink: new MemorySink() },
      { container: 'incoming', name: `${name}/all.csv`, sequencer: undefined },
      { number: 0, isLast: true },
      keepingLog(),
    );
    expect(report).toMatchObject({ state: 'succeeded', rows: 20_640, scored: 20_640, rejected: 0 });

    const scores = files.results.get(`${name}/${name}/all.csv/${report?.run}/scores.csv`) ?? '';
    const read = scores.trimEnd().split('\n').slice(1);
    expect(read).toHaveLength(lines.length);
    let filled = 0;
    read.forEach((line, i) => {
      const cells = lines[i]!.split(',').slice(0, -1);
      if (cells.includes('')) filled++;
      const expected = cells.map((cell) => Math.fround(Number(cell === '' ? medianBedrooms : cell)));
      const values = line
        .split(',')
        .slice(1)
        .map((cell) => Math.fround(Number(cell)));
      if (values.some((value, column) => value !== expected[column])) expect.fail(`row ${i}: ${line} of ${lines[i]}`);
    });
    expect(filled).toBe(207);
  },
);

test.skipIf(!hasSharedData)(
  'california-housing is scored with only a manifest, as scikit-learn predicts it (skipped where ../shared is absent)',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-california-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await mkdir(join(folder, name, '1'), { recursive: true });
    const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
    await copyFile(here('./manifests/california-housing.json'), join(folder, name, '1', 'manifest.json'));
    await copyFile(here('./california-housing.onnx'), join(folder, name, '1', 'model.onnx'));
    await buildModel(folder, name);
    const registry = new ModelRegistry(new FileModelRepository(folder), loadOnnxScorer);
    onTestFinished(() => registry.release());
    const files = new MemoryFiles();
    files.pieceBytes = 65_536;
    files.upload(`${name}/all.csv`, await readFile(sharedData('files', 'california-housing.csv')));
    const report = await scoreFile(
      { registry, source: files, results: files, sink: new MemorySink() },
      { container: 'incoming', name: `${name}/all.csv`, sequencer: undefined },
      { number: 0, isLast: true },
      keepingLog(),
    );
    expect(report).toMatchObject({ state: 'succeeded', rows: 20_640, scored: 20_640, rejected: 0 });
    const scores = files.results
      .get(`${name}/${name}/all.csv/${report?.run}/scores.csv`)!
      .trimEnd()
      .split('\n')
      .slice(1);
    const { values } = JSON.parse(await readFile(here('./california-housing.expected.json'), 'utf8'));
    expect(Object.keys(values)).toHaveLength(70);
    for (const [row, value] of Object.entries(values as Record<string, number>)) {
      const [at, scored] = scores[Number(row)]!.split(',').map(Number);
      expect(at).toBe(Number(row));
      expect(Math.abs(scored! / value - 1), `row ${row}`).toBeLessThan(1e-4);
    }
  },
);
