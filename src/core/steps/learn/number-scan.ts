import type { Fault } from '../../fault.ts';
import type { Sample } from '../step.ts';
import { impossible } from './impossible.ts';

/**
 * Walks over the numbers of some columns row by row, leaves out what is missing, and keeps count: what every learner
 * from numbers does first.
 */
export class NumberScan {
  /** Values seen in each column in this pass. */
  readonly counts: Float64Array;
  readonly #names: readonly string[];
  #rows = 0;
  #infinite: Fault | undefined;

  /** @param columns the columns of each sample, in order */
  constructor(columns: readonly { readonly name: string }[]) {
    this.#names = columns.map(({ name }) => name);
    this.counts = new Float64Array(columns.length);
  }

  /** Visits each number of a sample, infinite ones excepted. */
  visit({ rows, values }: Sample, take: (value: number, column: number) => void): void {
    const width = this.#names.length;
    this.#rows += rows;
    for (let row = 0, i = 0; row < rows; row++) {
      for (let column = 0; column < width; column++) {
        const value = values[i++] as number;
        if (Number.isNaN(value)) continue;
        if (Number.isFinite(value)) {
          this.counts[column] = (this.counts[column] as number) + 1;
          take(value, column);
        } else this.#infinite ??= impossible(this.#names[column] as string, 'with finite numbers only', String(value));
      }
    }
  }

  /** Why nothing can be learned from what was seen. */
  fault(): Fault | undefined {
    if (this.#infinite !== undefined) return this.#infinite;
    const empty = this.counts.indexOf(0);
    if (empty < 0) return undefined;
    const got = this.#rows === 0 ? 'no rows' : `${this.#rows} rows in which it is missing`;
    return impossible(this.#names[empty] as string, 'with at least one value', got);
  }

  /** Makes ready for the next pass over the same rows. */
  restart(): void {
    this.#rows = 0;
    this.counts.fill(0);
  }
}
