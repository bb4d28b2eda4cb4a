import { limits } from '../limits.ts';
import { type Feeds, type Tensor, type TensorInfo, type TensorType, tensorArrays } from '../tensor.ts';
import type { ColumnHints } from './input-hints.ts';

/** Sizes that are tried for dimensions that a model leaves open, beside the batch. */
export const openSizes = [16, 224, 1] as const;

/** Rows of a probe: many of small rows, few of large ones. */
export const rowsMany = 64;
export const rowsFew = 3;
/** Values of a small row. */
const rowValuesMax = 4_096;

/** Values of one row beyond which a model is not tried: what it says of its inputs is not to be trusted. */
const rowValuesLimit = 20_000_000;

/**
 * Makes rows to try a model on: always the same ones, inside the ranges and vocabularies that its operators know.
 * @param hints of inputs whose columns could be followed
 * @param openSize what stands for dimensions that the model leaves open, beside the batch
 * @returns feeds whose first dimension is the batch, and at least as many rows as the model fixes it to; undefined when a
 *   row would be too large
 */
export function probeRows(
  inputs: readonly TensorInfo[],
  hints: ReadonlyMap<string, readonly ColumnHints[]>,
  openSize: number,
): Feeds | undefined {
  const shapes = inputs.map(({ shape }) => shape.slice(1).map((dim) => sizeOf(dim, openSize)));
  const rowValues = shapes.reduce((sum, dims) => sum + valuesIn(dims), 0);
  const fixed = inputs.reduce((most, { shape }) => Math.max(most, sizeOf(shape[0] ?? 1, 1)), 1);
  const rows = Math.max(fixed, rowValues <= rowValuesMax ? rowsMany : rowsFew);
  if (inputs.length > limits.featuresMax || rowValues * fixed > rowValuesLimit) return undefined;
  return Object.fromEntries(
    inputs.map(({ name, type }, i): [string, Tensor] => {
      const dims = [rows, ...shapes[i]!];
      const random = randomFrom(i + 1);
      const columns = hints.get(name) ?? [];
      const value = (at: number) => valueFor(type, columns[at % columns.length], random);
      return [name, tensorOf(type, inputs[i]!.shape.length === 0 ? [] : dims, value)];
    }),
  );
}

/** Some of the rows. */
export const rowsOf = (feeds: Feeds, from: number, to: number): Feeds =>
  Object.fromEntries(
    Object.entries(feeds).map(([name, { type, dims, data }]): [string, Tensor] => {
      if (dims.length === 0) return [name, { type, dims, data }];
      const width = valuesIn(dims.slice(1));
      const part = (data as Float32Array).slice(from * width, to * width);
      return [name, { type, dims: [to - from, ...dims.slice(1)], data: part }];
    }),
  );

/** Number of rows of feeds. */
export const rowCount = (feeds: Feeds): number =>
  Object.values(feeds).reduce((most, { dims }) => Math.max(most, dims[0] ?? 1), 1);

const sizeOf = (dim: number | string, openSize: number): number =>
  typeof dim === 'number' && dim > 0 ? dim : openSize;
const valuesIn = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);

/** A generator of numbers from 0 to 1 that gives the same ones everywhere (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function valueFor(type: TensorType, hints: ColumnHints | undefined, random: () => number): number | string {
  const { vocabulary, range } = hints ?? {};
  if (vocabulary !== undefined) {
    const word = vocabulary[Math.floor(random() * vocabulary.length)] as string;
    return type === 'string' ? word : Number(word);
  }
  if (type === 'string') return `text ${Math.floor(random() * 3)}`;
  if (type === 'bool') return random() < 0.5 ? 0 : 1;
  const [low, high] = range ?? (type === 'float32' || type === 'float64' ? [-2, 2] : [0, 3]);
  const value = low + (high - low) * random();
  return type === 'float32' || type === 'float64' ? value : Math.round(value);
}

/** A tensor with a value for each place, in row-major order. */
export function tensorOf(type: TensorType, dims: readonly number[], value: (at: number) => number | string): Tensor {
  const length = valuesIn(dims);
  if (type === 'string') return { type, dims, data: Array.from({ length }, (_, at) => String(value(at))) };
  const data = new tensorArrays[type](length);
  const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
  for (let at = 0; at < length; at++) {
    const number = Number(value(at));
    (data as { [index: number]: number | bigint })[at] = isBig ? BigInt(number) : number;
  }
  return { type, dims, data };
}
