import type { Fault } from '../../fault.ts';
import type { Learner, Sample } from '../step.ts';
import { CompleteScan } from './complete-scan.ts';
import { PlainSums } from './plain-sums.ts';

/**
 * How well a straight line through each column foretells the target: the F value of the regression, rounded as
 * f_regression of scikit-learn rounds it. The first pass finds the means, the second what varies together.
 */
export class LinearRelationLearner implements Learner<number[]> {
  readonly #scan: CompleteScan;
  readonly #columns: PlainSums;
  readonly #products: Float64Array;
  #targetSum = 0;
  /** Known after the first pass. */
  #targetMean: number | undefined;
  #targetSquares = 0;

  constructor(columns: readonly { readonly name: string }[], target: string) {
    this.#scan = new CompleteScan(columns, target);
    this.#columns = new PlainSums(columns.length);
    this.#products = new Float64Array(columns.length);
  }

  add(sample: Sample): void {
    const mean = this.#targetMean;
    this.#scan.visit(sample, (start, target) => {
      if (mean === undefined) {
        this.#targetSum += target;
        this.#columns.add(sample.values, start);
      } else this.#addProducts(sample.values, start, target - mean);
    });
  }

  endPass(): number[] | 'again' | Fault {
    const fault = this.#scan.fault();
    if (fault !== undefined) return fault;
    if (this.#targetMean === undefined) {
      this.#targetMean = this.#targetSum / this.#columns.count;
      return 'again';
    }
    return Array.from(this.#products, (_, column) => this.#relation(column));
  }

  #addProducts(values: ArrayLike<number>, start: number, distance: number): void {
    this.#targetSquares += distance * distance;
    for (let column = 0; column < this.#products.length; column++) {
      this.#products[column]! += distance * (values[start + column] as number);
    }
  }

  #relation(column: number): number {
    const { count, sums, squares } = this.#columns;
    const length = Math.sqrt(squares[column]! - count * (sums[column]! / count) ** 2);
    const correlation = this.#products[column]! / length / Math.sqrt(this.#targetSquares);
    const square = correlation ** 2;
    const score = (square / (1 - square)) * (count - 2);
    // A column or a target without variance foretells nothing; one that is the other foretells everything.
    if (Number.isNaN(score)) return 0;
    return Math.min(Number.MAX_VALUE, score);
  }
}
