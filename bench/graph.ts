import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileModelRepository } from '../src/adapters/file-model-repository.ts';
import { loadOnnxBytes, loadOnnxScorer } from '../src/adapters/onnx-scorer.ts';
import type { Feeds } from '../src/core/tensor.ts';
import { loadModel } from '../src/scoring/loaded-model.ts';
import { compare, type Figure, median } from './harness.ts';
import { build, featureCount, networkBytes, writePackage } from './make-models.ts';

const batches = [1, 64, 1_024] as const;
const categories = ['a', 'b', 'c', 'd'];
const modelWidth = featureCount + categories.length;
const numbers = Array.from({ length: featureCount }, (_, i) => `f${i}`);
const buildRounds = 5;
const loadRounds = 15;

/** Values that look learned; what they are changes nothing about the time. */
const column = (of: (i: number) => number) => numbers.map((_, i) => of(i));

/** Mean imputation and standard scaling of twenty numbers, one-hot encoding of a category. */
const manifest = {
  features: [
    ...numbers.map((name) => ({ name, type: 'number', missing: 'keep' })),
    { name: 'kind', type: 'category', categories },
  ],
  steps: [
    { step: 'impute', strategy: 'mean', features: numbers, values: { fill: column((i) => 20 + i / 10) } },
    {
      step: 'scale',
      method: 'standard',
      features: numbers,
      values: { mean: column((i) => 20 + i / 10), scale: column((i) => 5 + i / 7) },
    },
    { step: 'one-hot', unknown: 'error', features: ['kind'], values: { categories: [categories] } },
  ],
  model: { inputs: { features: [...numbers, 'kind'] } },
};

/** The built graph beside the model alone, its build and its load; beside scikit-learn where a Python is given. */
export async function graphFigures(folder: string, python: string | undefined): Promise<Figure[]> {
  const model = networkBytes([modelWidth, 64, 64, 1]);
  writePackage(folder, 'steps', model, manifest);
  await build(folder, 'steps');
  const fused = await loadOnnxBytes(readFileSync(join(folder, 'steps', '1', 'scoring.onnx')));
  const alone = await loadOnnxBytes(model);
  const figures: Figure[] = [];
  for (const rows of batches) {
    figures.push(
      await compare({
        name: `graph.fused.${rows}`,
        what: `rows/s of the built graph (impute, scale, one-hot, small network), batches of ${rows}, over the network alone`,
        unit: 'rows',
        work: async () => {
          await fused.run(rowFeeds(rows), ['value']);
          return rows;
        },
        baseline: async () => {
          const data = new Float32Array(rows * modelWidth).fill(0.5);
          await alone.run({ features: { type: 'float32', dims: [rows, modelWidth], data } }, ['value']);
          return rows;
        },
      }),
    );
  }
  await Promise.all([fused.release(), alone.release()]);
  if (python !== undefined) figures.push(...besideScikitLearn(python, figures));
  return [...figures, await buildFigure(folder), await loadFigure(folder)];
}

function rowFeeds(rows: number): Feeds {
  const data = new Float64Array(rows * featureCount).fill(21);
  data[0] = Number.NaN;
  return {
    numbers: { type: 'float64', dims: [rows, featureCount], data },
    categories: { type: 'int32', dims: [rows, 1], data: new Int32Array(rows).fill(2) },
  };
}

/** The same steps and network in scikit-learn, on this machine and in this run. */
function besideScikitLearn(python: string, figures: readonly Figure[]): Figure[] {
  const script = fileURLToPath(new URL('../training/bench_pipeline.py', import.meta.url));
  const printed = execFileSync(python, [script, ...batches.map(String)], { encoding: 'utf8' });
  const rates = JSON.parse(printed) as Record<string, number>;
  return batches.map((rows, i) => {
    const perSecond = figures[i]?.perSecond ?? Number.NaN;
    const baselinePerSecond = rates[rows] ?? Number.NaN;
    return {
      name: `graph.scikit-learn.${rows}`,
      what: `rows/s of the built graph over the same pipeline in scikit-learn, batches of ${rows}`,
      unit: 'rows',
      perSecond,
      baselinePerSecond,
      ratio: perSecond / baselinePerSecond,
    };
  });
}

async function buildFigure(folder: string): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < buildRounds; round++) {
    const name = `large-${round}`;
    writePackage(folder, name, networkBytes([featureCount, 2_760, 2_760, 1]));
    const started = performance.now();
    await build(folder, name);
    times.push(performance.now() - started);
  }
  return {
    name: 'package.build',
    what: 'ms to build and seal a package with a model of 30 MB',
    unit: 'ms',
    value: median(times),
    ceiling: 5_000,
  };
}

async function loadFigure(folder: string): Promise<Figure> {
  const repository = new FileModelRepository(folder);
  const added: number[] = [];
  for (let round = 0; round < loadRounds; round++) {
    const started = performance.now();
    const model = await loadModel(await repository.open('steps', 1), loadOnnxScorer);
    const whole = performance.now() - started;
    await model.scorer.release();
    const again = performance.now();
    const scorer = await loadOnnxScorer({ name: 'scoring.onnx', path: join(folder, 'steps', '1', 'scoring.onnx') });
    added.push(whole - (performance.now() - again));
    await scorer.release();
  }
  return {
    name: 'package.load',
    what: 'ms that opening, checking and compiling a package add to the creation of its session',
    unit: 'ms',
    value: median(added),
    ceiling: 20,
  };
}
