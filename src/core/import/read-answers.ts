import type { Tensor } from '../tensor.ts';

/** An output of a model for some rows, as many values for each. */
export interface Answers {
  readonly name: string;
  readonly tensor: Tensor;
  readonly rows: number;
  /** Values for each row. */
  readonly width: number;
}

/** undefined when there are not as many values for each row. */
export function answersOf(name: string, tensor: Tensor, rows: number): Answers | undefined {
  const width = tensor.data.length / rows;
  return Number.isInteger(width) && width > 0 ? { name, tensor, rows, width } : undefined;
}

/** How far from 0, from 1 and from a sum of 1 probabilities may be: float32 rounds, and so do some models. */
const sumTolerance = 1e-3;

/** Whether every row holds several numbers from 0 to 1 that add up to 1. */
export function isProbabilities({ tensor, rows, width }: Answers): boolean {
  if (width < 2 || (tensor.type !== 'float32' && tensor.type !== 'float64')) return false;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = 0; i < width; i++) {
      const value = Number(tensor.data[row * width + i]);
      if (!(value >= -sumTolerance && value <= 1 + sumTolerance)) return false;
      sum += value;
    }
    if (Math.abs(sum - 1) > sumTolerance) return false;
  }
  return true;
}

/** Probabilities that are closer than this may be told apart by rounding alone. */
const tie = 1e-6;

/**
 * The first row whose label is not the class of its largest probability.
 * @param classes in the order of the probabilities; a label is one of them, or its position
 */
export function disagreement(label: Answers, main: Answers, classes: readonly string[]): number | undefined {
  for (let row = 0; row < label.rows; row++) {
    const probabilities = probabilitiesOf(main, row);
    const said = String(label.tensor.data[row]);
    const at = classes.includes(said) ? classes.indexOf(said) : Number(said);
    const largest = Math.max(...probabilities);
    if ((probabilities[at] ?? Number.NEGATIVE_INFINITY) < largest - tie) return row;
  }
  return undefined;
}

/** One column is the probability of the second of two classes. */
function probabilitiesOf({ tensor, width }: Answers, row: number): number[] {
  if (width === 1) return [1 - Number(tensor.data[row]), Number(tensor.data[row])];
  return Array.from({ length: width }, (_, i) => Number(tensor.data[row * width + i]));
}

/** Whether a tensor has neither NaN nor infinity in it. */
export const isAllFinite = ({ data }: Tensor): boolean =>
  !(data instanceof Float32Array || data instanceof Float64Array) || data.every(Number.isFinite);
