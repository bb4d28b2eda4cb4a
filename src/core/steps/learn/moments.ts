import type { Fault } from '../../fault.ts';
import type { Learner, Sample } from '../step.ts';
import { ExactSum } from './exact-sum.ts';
import { impossible } from './impossible.ts';
import { NumberScan } from './number-scan.ts';

/** Mean and spread of the values that one column has. */
export interface ColumnMoments {
  readonly count: number;
  readonly mean: number;
  /** Mean squared distance from the mean (ddof 0); infinite where a float64 cannot hold it. */
  readonly variance: number;
}

/**
 * The moments of each column in one pass. Distances are taken from the column's first value and summed with twice the
 * digits, so that a large mean does not eat a small variance, as it does in the textbook formulas.
 */
export class MomentsLearner implements Learner<ColumnMoments[]> {
  readonly #scan: NumberScan;
  readonly #names: readonly string[];
  readonly #sums: RunningMoments[];

  constructor(columns: readonly { readonly name: string }[]) {
    this.#scan = new NumberScan(columns);
    this.#names = columns.map(({ name }) => name);
    this.#sums = columns.map(() => new RunningMoments());
  }

  add(sample: Sample): void {
    this.#scan.visit(sample, (value, column) => this.#sums[column]?.add(value));
  }

  endPass(): ColumnMoments[] | Fault {
    const fault = this.#scan.fault();
    if (fault !== undefined) return fault;
    const moments = this.#sums.map((sums) => sums.moments());
    const tooLarge = moments.findIndex(({ mean }) => !Number.isFinite(mean));
    if (tooLarge < 0) return moments;
    return impossible(this.#names[tooLarge] as string, 'with a mean below 1.8e308', 'an overflow');
  }
}

/** Collects the moments of numbers one by one. */
export class RunningMoments {
  #count = 0;
  #first = 0;
  /** Sums of the distances from the first value, and of their squares. */
  readonly #distances = new ExactSum();
  readonly #squares = new ExactSum();

  /** @param value a finite number */
  add(value: number): void {
    if (this.#count === 0) this.#first = value;
    const distance = value - this.#first;
    this.#count++;
    this.#distances.add(distance);
    this.#squares.addProduct(distance, distance);
  }

  /** The moments of what was added; NaN without any. */
  moments(): ColumnMoments {
    const count = this.#count;
    const shift = this.#distances.value / count;
    return { count, mean: this.#first + shift, variance: this.#squaresAround(shift) / count };
  }

  /** Sum of (d - shift)^2 over the distances d, as squares + shift * (count * shift - 2 * distances). */
  #squaresAround(shift: number): number {
    if (!Number.isFinite(this.#squares.value)) return this.#squares.value;
    const inner = new ExactSum();
    inner.addProduct(this.#count, shift);
    inner.addScaled(-2, this.#distances);
    const sum = new ExactSum(this.#squares);
    sum.addScaled(shift, inner);
    return Math.max(0, sum.value);
  }
}

/**
 * Whether a variance is nothing but rounding, by the error bound of the two-pass algorithm: n eps v + (n m eps)^2
 * (Chan, Golub and LeVeque), which is where StandardScaler draws the line.
 */
export const isConstant = ({ count, mean, variance }: ColumnMoments): boolean =>
  variance <= count * Number.EPSILON * variance + (count * mean * Number.EPSILON) ** 2;

/** What StandardScaler divides by: the standard deviation, or 1 for a constant column. */
export const standardScale = (moments: ColumnMoments): number =>
  isConstant(moments) ? 1 : Math.sqrt(moments.variance);
