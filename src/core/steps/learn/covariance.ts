import type { Fault } from '../../fault.ts';
import type { Learner, Sample } from '../step.ts';
import { CompleteScan } from './complete-scan.ts';

/** How some columns spread together. */
export interface Covariance {
  readonly rows: number;
  readonly mean: readonly number[];
  /** Row-major [k, k], with ddof 1. */
  readonly matrix: Float64Array;
}

/**
 * The covariance of columns without missing values in one pass. Each sample is centred by itself and then merged, so
 * that no large mean is subtracted from large products (Chan, Golub and LeVeque).
 */
export class CovarianceLearner implements Learner<Covariance> {
  readonly #width: number;
  readonly #scan: CompleteScan;
  /** The first row: all is measured from it, so that a constant column has no variance at all. */
  #origin: Float64Array | undefined;
  /** Mean distance from the origin, and products of the distances from that mean. */
  readonly #mean: Float64Array;
  readonly #products: Float64Array;
  #rows = 0;

  constructor(columns: readonly { readonly name: string }[]) {
    this.#width = columns.length;
    this.#scan = new CompleteScan(columns);
    this.#mean = new Float64Array(this.#width);
    this.#products = new Float64Array(this.#width ** 2);
  }

  add(sample: Sample): void {
    const starts: number[] = [];
    this.#scan.visit(sample, (start) => starts.push(start));
    if (starts.length === 0) return;
    this.#origin ??= Float64Array.from(sample.values.subarray(0, this.#width));
    const origin = this.#origin;
    const rows = starts.map((start) =>
      origin.map((value, column) => (sample.values[start + column] as number) - value),
    );
    const mean = meanOf(rows, this.#width);
    for (const row of rows) {
      const centred = row.map((value, column) => value - mean[column]!);
      this.#addProduct(centred, 1);
    }
    this.#merge(mean, rows.length);
  }

  endPass(): Covariance | Fault {
    const fault = this.#scan.fault();
    if (fault !== undefined) return fault;
    const { length } = this.#mean;
    for (let i = 0; i < length; i++) {
      for (let j = 0; j < i; j++) this.#products[i * length + j] = this.#products[j * length + i]!;
    }
    return {
      rows: this.#rows,
      mean: Array.from(this.#mean, (value, column) => this.#origin![column]! + value),
      matrix: this.#products.map((value) => value / (this.#rows - 1)),
    };
  }

  /** Adds weight * v vᵀ, above and on the diagonal. */
  #addProduct(v: Float64Array, weight: number): void {
    const width = this.#width;
    for (let i = 0; i < width; i++) {
      const factor = weight * v[i]!;
      for (let j = i, at = i * width + i; j < width; j++, at++) this.#products[at]! += factor * v[j]!;
    }
  }

  #merge(mean: Float64Array, rows: number): void {
    const all = this.#rows + rows;
    const way = mean.map((value, column) => value - this.#mean[column]!);
    this.#addProduct(way, (this.#rows * rows) / all);
    for (let column = 0; column < way.length; column++) this.#mean[column]! += way[column]! * (rows / all);
    this.#rows = all;
  }
}

function meanOf(rows: readonly Float64Array[], width: number): Float64Array {
  const sums = new Float64Array(width);
  for (const row of rows) for (let column = 0; column < width; column++) sums[column]! += row[column]!;
  return sums.map((sum) => sum / rows.length);
}
