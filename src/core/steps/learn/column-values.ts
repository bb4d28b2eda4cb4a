import type { Fault } from '../../fault.ts';
import { limits } from '../../limits.ts';
import type { Learner, Sample } from '../step.ts';
import { GrowingNumbers } from './growing-numbers.ts';
import { impossible } from './impossible.ts';
import { NumberScan } from './number-scan.ts';

/**
 * All values of each column, for what can only be learned from all of them at once. Missing ones are left out, so the
 * columns may differ in length; the order of rows is kept.
 */
export class ColumnValuesLearner implements Learner<Float64Array[]> {
  readonly #scan: NumberScan;
  readonly #names: readonly string[];
  readonly #values: GrowingNumbers[];
  readonly #valuesMax: number;
  #kept = 0;
  #tooMany: Fault | undefined;

  /** @param valuesMax how many values may be kept, in all columns together */
  constructor(columns: readonly { readonly name: string }[], valuesMax: number = limits.fitValuesMax) {
    this.#scan = new NumberScan(columns);
    this.#names = columns.map(({ name }) => name);
    this.#values = columns.map(() => new GrowingNumbers());
    this.#valuesMax = valuesMax;
  }

  add(sample: Sample): void {
    this.#scan.visit(sample, (value, column) => {
      if (this.#kept < this.#valuesMax) {
        this.#values[column]?.push(value);
        this.#kept++;
      } else {
        const expected = `and those beside it with at most ${this.#valuesMax} values, as all are looked at at once`;
        this.#tooMany ??= impossible(this.#names[column] as string, expected, 'more');
      }
    });
  }

  endPass(): Float64Array[] | Fault {
    return this.#scan.fault() ?? this.#tooMany ?? this.#values.map((values) => values.view());
  }
}
