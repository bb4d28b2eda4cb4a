import type { Fault } from '../../fault.ts';
import type { Learner, Sample } from '../step.ts';
import { CompleteScan } from './complete-scan.ts';
import { ExactSum } from './exact-sum.ts';
import { RunningMoments } from './moments.ts';

/** How well a straight line through each column foretells the target: the F value of the regression. */
export class LinearRelationLearner implements Learner<number[]> {
  readonly #scan: CompleteScan;
  readonly #columns: RunningMoments[];
  readonly #target = new RunningMoments();
  /** Sums of the products of each column's and the target's distances from their first values. */
  readonly #products: ExactSum[];
  #first: Float64Array | undefined;
  #firstTarget = 0;

  constructor(columns: readonly { readonly name: string }[], target: string) {
    this.#scan = new CompleteScan(columns, target);
    this.#columns = columns.map(() => new RunningMoments());
    this.#products = columns.map(() => new ExactSum());
  }

  add(sample: Sample): void {
    const width = this.#columns.length;
    this.#scan.visit(sample, (start, target) => {
      if (this.#first === undefined) {
        this.#first = Float64Array.from(sample.values.subarray(start, start + width));
        this.#firstTarget = target;
      }
      this.#target.add(target);
      for (let column = 0; column < width; column++) {
        const value = sample.values[start + column] as number;
        this.#columns[column]!.add(value);
        this.#products[column]!.addProduct(value - this.#first[column]!, target - this.#firstTarget);
      }
    });
  }

  endPass(): number[] | Fault {
    return this.#scan.fault() ?? this.#columns.map((_, column) => this.#relation(column));
  }

  #relation(column: number): number {
    const { count, mean, variance } = this.#columns[column]!.moments();
    const target = this.#target.moments();
    const shift = mean - this.#first![column]!;
    const covariance = this.#products[column]!.value / count - shift * (target.mean - this.#firstTarget);
    const correlation = covariance / Math.sqrt(variance * target.variance);
    // A column or a target without variance foretells nothing.
    if (Number.isNaN(correlation)) return 0;
    const square = Math.min(1, correlation ** 2);
    return Math.min(Number.MAX_VALUE, (square / (1 - square)) * (count - 2));
  }
}
