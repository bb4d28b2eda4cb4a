import { Tensor } from 'onnxruntime-node';
import type { Fault } from '../../../src/core/fault.ts';
import { banksOf } from '../../../src/core/manifest/banks.ts';
import type { Feature } from '../../../src/core/manifest/features.ts';
import type { Manifest } from '../../../src/core/manifest/manifest.ts';
import { compilePipeline } from '../../../src/core/pipeline/compile.ts';
import { columnsForStep, kindOf } from '../../../src/core/pipeline/emit-step.ts';
import type { Pipeline } from '../../../src/core/pipeline/pipeline.ts';
import { stageGraph } from '../../../src/core/pipeline/stage-graph.ts';
import { byCodePoint } from '../../../src/core/steps/code-point-order.ts';
import { assemble, type Column, type Group } from '../../../src/core/steps/columns.ts';
import type { Sample } from '../../../src/core/steps/step.ts';
import { type Step, stepSchema } from '../../../src/core/steps/step-kinds.ts';
import { runModel } from '../graph/run-model.ts';
import { type Cell, numberOf, type Table, type Vector } from './vectors.ts';

/** Row-major values of some columns, as they left ONNX Runtime. */
export interface Computed {
  readonly rows: number;
  readonly width: number;
  readonly values: Float64Array | Int32Array;
}

/** Runs the steps of a vector in real ONNX Runtime sessions. */
export class StepRun {
  readonly steps: readonly Step[];
  readonly #manifest: Manifest;
  readonly #fitted: readonly unknown[];
  readonly #opset: number;

  /** @param fitted what each step has learned; null where nothing */
  constructor(
    vector: Pick<Vector, 'features' | 'derive' | 'steps' | 'fitRows'>,
    fitted: readonly unknown[],
    opset: number,
  ) {
    const features = vector.features.map((feature) => withVocabulary({ ...feature, missing: 'keep' }, vector.fitRows));
    this.steps = vector.steps.map((step) => stepSchema.parse(step));
    this.#manifest = { features, derive: vector.derive ?? {}, steps: this.steps } as unknown as Manifest;
    this.#fitted = fitted;
    this.#opset = opset;
  }

  /** The given columns after all steps. */
  async compute(names: readonly string[], rows: Table): Promise<Computed> {
    const pipeline = this.#compile(this.steps.length);
    const columns = names.flatMap((name) => pipeline.find(name)?.columns ?? []);
    return this.#run(pipeline, columns, rows);
  }

  /** Marks of outliers by the steps that judge rows, [N, columns judged]. */
  async outliers(rows: Table): Promise<Computed> {
    const pipeline = this.#compile(this.steps.length);
    const columns = pipeline.outliers.flatMap(({ value, columns: names }) => {
      const marks = pipeline.graph.toDouble(value);
      return names.map(
        (name, index): Column => ({
          name,
          kind: 'number',
          value: marks,
          index,
          width: names.length,
          mayBeMissing: false,
        }),
      );
    });
    return this.#run(pipeline, columns, rows);
  }

  /**
   * What a step learns.
   * @param rowsEach rows that it sees at once
   */
  async learn(index: number, table: Table, rowsEach: number): Promise<unknown> {
    const pipeline = this.#compile(index);
    const step = this.steps[index] as Step;
    const columns = (columnsForStep(pipeline, step, index) as Group[]).flatMap((group) => group.columns);
    const learner = kindOf(step).learner?.(step, columns);
    if (learner === undefined) return undefined;
    const target = 'target' in step ? targetOf(table[String(step.target)] ?? []) : undefined;
    const samples = samplesOf(await this.#run(pipeline, columns, table), rowsEach, target);
    for (;;) {
      for (const sample of samples) learner.add(sample);
      const outcome = learner.endPass();
      if (outcome !== 'again') return outcome;
    }
  }

  #compile(stepCount: number): Pipeline {
    const learned = (index: number) => this.#fitted[index] ?? undefined;
    const pipeline = compilePipeline(this.#manifest, learned, this.#opset, stepCount);
    if (Array.isArray(pipeline)) throw new Error(JSON.stringify(pipeline satisfies Fault[], null, 2));
    return pipeline;
  }

  async #run({ graph }: Pipeline, columns: readonly Column[], table: Table): Promise<Computed> {
    const { features } = this.#manifest;
    const kind = columns[0]?.kind === 'category' ? 'codes' : 'numbers';
    const width = columns.length;
    const model = stageGraph(graph, features, [{ name: 'result', value: assemble(graph, columns), width, kind }]);
    const inputs = new Set(model.graph?.input.map(({ name }) => name));
    const feeds = Object.fromEntries(Object.entries(feedsOf(features, table)).filter(([name]) => inputs.has(name)));
    const { data, dims } = (await runModel(model, feeds)).result as Tensor;
    return { rows: dims[0] as number, width, values: data as Float64Array | Int32Array };
  }
}

/** A category without a declared vocabulary gets that of the rows of the fit. */
function withVocabulary(feature: Feature, fitRows: Table): Feature {
  if (feature.type !== 'category' || feature.categories !== undefined) return feature;
  const texts = (fitRows[feature.name] ?? []).filter((cell) => cell !== null).map(String);
  return { ...feature, categories: [...new Set(texts)].sort(byCodePoint) };
}

function feedsOf(features: readonly Feature[], table: Table): Record<string, Tensor> {
  const { numbers, categories } = banksOf(features);
  const length = Object.values(table)[0]?.length ?? 0;
  const rowMajor = <F extends Feature>(bank: readonly F[], read: (feature: F, cell: Cell) => number) =>
    Array.from({ length }, (_, row) => bank.map((feature) => read(feature, table[feature.name]?.[row] ?? null))).flat();
  const codeOf = (feature: Feature, cell: Cell) => {
    if (cell === null || feature.type !== 'category') return -1;
    const code = feature.categories?.indexOf(String(cell)) ?? -1;
    return code < 0 ? -2 : code;
  };
  return {
    numbers: new Tensor('float64', Float64Array.from(rowMajor(numbers, (_, cell) => numberOf(cell))), [
      length,
      numbers.length,
    ]),
    categories: new Tensor('int32', Int32Array.from(rowMajor(categories, codeOf)), [length, categories.length]),
  };
}

/** A target as numbers; classes are numbered as they come. */
function targetOf(cells: readonly Cell[]): number[] {
  if (cells.every((cell) => typeof cell === 'number')) return cells as number[];
  const classes = [...new Set(cells)];
  return cells.map((cell) => classes.indexOf(cell));
}

function samplesOf({ rows, width, values }: Computed, rowsEach: number, target: number[] | undefined): Sample[] {
  const samples: Sample[] = [];
  for (let from = 0; from < rows; from += rowsEach) {
    const to = Math.min(rows, from + rowsEach);
    const sample = { rows: to - from, values: values.subarray(from * width, to * width) };
    samples.push(target === undefined ? sample : { ...sample, target: Float64Array.from(target.slice(from, to)) });
  }
  return samples;
}
