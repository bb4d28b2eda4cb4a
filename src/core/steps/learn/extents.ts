import type { Fault } from '../../fault.ts';
import type { Learner, Sample } from '../step.ts';
import { NumberScan } from './number-scan.ts';

/** Smallest and largest value of one column. */
export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** The extent of each column in one pass. */
export class ExtentsLearner implements Learner<Extent[]> {
  readonly #scan: NumberScan;
  readonly #min: Float64Array;
  readonly #max: Float64Array;

  constructor(columns: readonly { readonly name: string }[]) {
    this.#scan = new NumberScan(columns);
    this.#min = new Float64Array(columns.length).fill(Number.POSITIVE_INFINITY);
    this.#max = new Float64Array(columns.length).fill(Number.NEGATIVE_INFINITY);
  }

  add(sample: Sample): void {
    this.#scan.visit(sample, (value, column) => {
      if (value < (this.#min[column] as number)) this.#min[column] = value;
      if (value > (this.#max[column] as number)) this.#max[column] = value;
    });
  }

  endPass(): Extent[] | Fault {
    return this.#scan.fault() ?? Array.from(this.#min, (min, column) => ({ min, max: this.#max[column] as number }));
  }
}
