import type { Fault } from '../../fault.ts';
import type { Learner, Sample } from '../step.ts';
import { impossible } from './impossible.ts';

/** How often each category of each column occurs: by column, then by code. Missing and unknown ones are left out. */
export class CategoryCountsLearner implements Learner<number[][]> {
  readonly #names: readonly string[];
  readonly #counts: readonly number[][];
  #rows = 0;

  constructor(columns: readonly { readonly name: string; readonly categories?: readonly string[] }[]) {
    this.#names = columns.map(({ name }) => name);
    this.#counts = columns.map(({ categories = [] }) => categories.map(() => 0));
  }

  /** Rows seen, those with missing values included. */
  get rows(): number {
    return this.#rows;
  }

  add({ rows, values }: Sample): void {
    this.#rows += rows;
    for (let row = 0, i = 0; row < rows; row++) {
      for (const counts of this.#counts) {
        const code = values[i++] as number;
        if (code >= 0) counts[code] = (counts[code] as number) + 1;
      }
    }
  }

  endPass(): number[][] | Fault {
    const empty = this.#counts.findIndex((counts) => counts.every((count) => count === 0));
    if (empty < 0) return this.#counts.map((counts) => [...counts]);
    const got = this.#rows === 0 ? 'no rows' : `${this.#rows} rows in which it is missing or unknown`;
    return impossible(this.#names[empty] as string, 'with at least one value', got);
  }
}
