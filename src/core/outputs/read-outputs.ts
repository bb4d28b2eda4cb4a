import { describeValue, type Fault, pointerTo } from '../fault.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { OutputSpec } from '../manifest/outputs.ts';
import type { Contract } from '../pipeline/contract.ts';
import { closestTo } from '../suggest.ts';
import type { Outputs, Tensor, TensorInfo } from '../tensor.ts';
import { type RowMarks, rowMarksOf } from './row-marks.ts';

/** One field of a score: a class name, a number, something by class or column, or a list. */
export type OutputValue = string | number | boolean | readonly OutputValue[] | { readonly [name: string]: OutputValue };
/** What the model said of one record, by the names of the manifest. */
export type Score = Readonly<Record<string, OutputValue>>;

type Read<Value> = (tensor: Tensor, row: number, width: number) => Value;
type ReadField = Read<OutputValue>;

/** What a model said of some records: a score each, or why its answer cannot be used. */
export interface ScoredRows {
  /** undefined where there is a fault. */
  readonly scores: (Score | undefined)[];
  /** By row. */
  readonly faults: Map<number, Fault>;
}

/**
 * Reads the scores of the first `rows` records out of what the model returned for `fedRows`.
 * A record with NaN or infinity among its outputs is a fault.
 * @throws {RangeError} when the model returned another number of values than records were fed
 */
export type ReadScores = (outputs: Outputs, rows: number, fedRows: number) => ScoredRows;

interface Field {
  readonly name: string;
  readonly tensor: string;
  readonly read: ReadField;
}

/**
 * Compiles how outputs become scores, after checking that the manifest fits the model.
 * @param infos what the built graph says of its outputs
 * @returns the conversion and the names of the tensors to fetch, or a fault for each disagreement
 */
export function scoresOf(
  manifest: Manifest,
  infos: readonly TensorInfo[],
  contract: Contract,
): { fetches: readonly string[]; read: ReadScores } | Fault[] {
  const faults = Object.entries(manifest.outputs).flatMap(([name, spec]) => specFaults(manifest, name, spec, infos));
  if (faults.length > 0) return faults;
  const marks = rowMarksOf(contract);
  const fields = Object.entries(manifest.outputs).map(
    ([name, spec]): Field => ({ name, tensor: spec.tensor, read: fieldReader(manifest, spec, infos) }),
  );
  const fetches = [...new Set([...fields.map(({ tensor }) => tensor), ...marks.fetches])];
  return { fetches, read: (outputs, rows, fedRows) => readScores(fields, marks, outputs, rows, fedRows) };
}

const mismatch = (path: string, expected: string, got: unknown): Fault => ({
  code: 'model.mismatch',
  path,
  expected,
  got: describeValue(got),
});

function specFaults(manifest: Manifest, name: string, spec: OutputSpec, infos: readonly TensorInfo[]): Fault[] {
  const info = infos.find((each) => each.name === spec.tensor);
  const path = pointerTo('outputs', name);
  if (info === undefined) {
    const known = infos.map((each) => each.name);
    const expected = `a tensor output of the model ("${closestTo(spec.tensor, known) ?? known.join('", "')}")`;
    return [mismatch(`${path}/tensor`, expected, spec.tensor)];
  }
  const width = info.shape[1];
  const byClass = spec.kind === 'probability' || spec.kind === 'probabilities' || spec.kind === 'top';
  if (byClass && typeof width === 'number' && width > 1 && width !== manifest.classes?.length) {
    return [mismatch('/classes', `${width} names, as the output "${spec.tensor}" has columns`, manifest.classes)];
  }
  if (spec.kind === 'value' && typeof width === 'number') {
    if (spec.column === undefined && width > 1) {
      return [mismatch(`${path}/kind`, `"vector", as the output "${spec.tensor}" has ${width} columns`, spec.kind)];
    }
    if ((spec.column ?? 0) >= Math.max(width, 1)) {
      return [mismatch(`${path}/column`, `a column below ${width}`, spec.column)];
    }
  }
  return info.type === 'string' && spec.kind !== 'label' ? [mismatch(`${path}/tensor`, 'numbers', 'strings')] : [];
}

/** Shapes that models declare are not to be trusted: the rows are counted in what came back. */
function readScores(
  fields: readonly Field[],
  marks: RowMarks,
  outputs: Outputs,
  rows: number,
  fedRows: number,
): ScoredRows {
  const columns = fields.map((field) => {
    const tensor = outputs[field.tensor];
    const width = tensor === undefined ? 0 : tensor.data.length / fedRows;
    if (tensor === undefined || !Number.isInteger(width) || width === 0) {
      throw new RangeError(`output "${field.tensor}" has ${tensor?.data.length ?? 0} values for ${fedRows} rows`);
    }
    return { ...field, tensor, width };
  });
  const scored: ScoredRows = { scores: [], faults: new Map() };
  for (let row = 0; row < rows; row++) {
    const score: Record<string, OutputValue> = {};
    let fault = marks.faultOf(outputs, row);
    for (const { name, tensor, width, read } of columns) {
      const value = read(tensor, row, width);
      score[name] = value;
      if (!isAllFinite(value)) fault ??= notFinite(name, value);
    }
    marks.flag(score, outputs, row);
    scored.scores.push(fault === undefined ? score : undefined);
    if (fault !== undefined) scored.faults.set(row, fault);
  }
  return scored;
}

function isAllFinite(value: OutputValue): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return true;
  return Object.values(value).every(isAllFinite);
}

const notFinite = (name: string, value: OutputValue): Fault => ({
  code: 'output.not_finite',
  path: pointerTo('outputs', name),
  expected: 'a finite number',
  got: typeof value === 'number' ? String(value) : 'NaN or infinity among the values',
});

const numberAt = (tensor: Tensor, at: number): number => Number(tensor.data[at]);

function fieldReader(manifest: Manifest, spec: OutputSpec, infos: readonly TensorInfo[]): ReadField {
  const classes = manifest.classes ?? [];
  switch (spec.kind) {
    case 'value': {
      const column = spec.column ?? 0;
      return (tensor, row, width) => numberAt(tensor, row * width + column);
    }
    case 'top':
      return asProbabilities(spec, topReader(classes, spec.k));
    case 'vector':
      return (tensor, row, width) => Array.from({ length: width }, (_, i) => numberAt(tensor, row * width + i));
    case 'probability':
      return asProbabilities(spec, probabilityReader(classes, spec.class));
    case 'probabilities': {
      const readers = classes.map((name) => [name, probabilityReader(classes, name)] as const);
      return asProbabilities(spec, (tensor, row, width) =>
        Object.fromEntries(readers.map(([name, read]) => [name, read(tensor, row, width)])),
      );
    }
    case 'label':
      return labelReader(classes, spec, infos.find((info) => info.name === spec.tensor)?.type ?? 'float32');
  }
}

/** A two-class model may give one column: the probability of the second class. */
const probabilityReader = (classes: readonly string[], name: string): Read<number> =>
  columnReader(classes.indexOf(name));

function columnReader(column: number): Read<number> {
  return (tensor, row, width) => {
    if (width > 1) return numberAt(tensor, row * width + column);
    const second = numberAt(tensor, row);
    return column === 1 ? second : 1 - second;
  };
}

/** Reads probabilities, or makes them of logits first. */
function asProbabilities({ softmax }: { readonly softmax?: boolean | undefined }, read: ReadField): ReadField {
  if (softmax !== true) return read;
  return (tensor, row, width) => {
    const logits = Float64Array.from({ length: width }, (_, i) => numberAt(tensor, row * width + i));
    return read({ type: 'float64', dims: [1, width], data: softmaxOf(logits) }, 0, width);
  };
}

function softmaxOf(logits: Float64Array): Float64Array {
  const largest = logits.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  const powers = logits.map((each) => Math.exp(each - largest));
  const sum = powers.reduce((total, each) => total + each, 0);
  return powers.map((each) => each / sum);
}

/** The k most probable classes; of equals the first, as argmax has it. */
function topReader(classes: readonly string[], k: number): ReadField {
  // By place: two classes may have the same name, as some have among those of ImageNet.
  const readers = classes.map((name, column) => [name, columnReader(column)] as const);
  return (tensor, row, width) =>
    readers
      .map(([name, read]) => ({ class: name, probability: read(tensor, row, width) }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, k);
}

type LabelSpec = Extract<OutputSpec, { kind: 'label' }>;

function labelReader(classes: readonly string[], { positive, threshold }: LabelSpec, type: Tensor['type']): ReadField {
  if (positive !== undefined && threshold !== undefined) {
    const probability = probabilityReader(classes, positive);
    const negative = classes.find((name) => name !== positive) ?? '';
    return (tensor, row, width) => {
      const value = probability(tensor, row, width);
      // A label may not hide that the model answered NaN.
      if (!Number.isFinite(value)) return value;
      return value >= threshold ? positive : negative;
    };
  }
  if (type === 'string') return (tensor, row) => String(tensor.data[row]);
  if (type === 'float32' || type === 'float64') {
    return (tensor, row, width) => {
      const best = largest(tensor, row, width);
      return Number.isNaN(best) ? best : nameOf(classes, best);
    };
  }
  return (tensor, row) => nameOf(classes, numberAt(tensor, row));
}

const nameOf = (classes: readonly string[], index: number): string => classes[index] ?? String(index);

/** Position of the largest value of a row; the first of equals, as argmax has it; NaN when one of them is NaN. */
function largest(tensor: Tensor, row: number, width: number): number {
  let best = 0;
  for (let i = 0; i < width; i++) {
    const value = numberAt(tensor, row * width + i);
    if (Number.isNaN(value)) return value;
    if (value > numberAt(tensor, row * width + best)) best = i;
  }
  return best;
}
