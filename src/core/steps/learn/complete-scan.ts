import type { Fault } from '../../fault.ts';
import type { Sample } from '../step.ts';
import { impossible } from './impossible.ts';

/** Walks over rows in which nothing may be missing, and keeps what speaks against learning from them. */
export class CompleteScan {
  readonly #names: readonly string[];
  readonly #target: string | undefined;
  #rows = 0;
  #fault: Fault | undefined;

  /** @param target name of the column that is to be predicted, for a learner that looks at it */
  constructor(columns: readonly { readonly name: string }[], target?: string) {
    this.#names = columns.map(({ name }) => name);
    this.#target = target;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Visits each row of a sample: where it begins in `values`, and its target. */
  visit({ rows, values, target }: Sample, take: (start: number, target: number) => void): void {
    const width = this.#names.length;
    this.#rows += rows;
    for (let row = 0; row < rows; row++) {
      const start = row * width;
      for (let column = 0; column < width; column++) {
        const value = values[start + column] as number;
        if (!Number.isFinite(value)) this.#refuse(this.#names[column] as string, value);
      }
      const wanted = this.#target === undefined ? 0 : (target?.[row] ?? Number.NaN);
      if (!Number.isFinite(wanted)) this.#refuse(this.#target as string, wanted);
      if (this.#fault === undefined) take(start, wanted);
    }
  }

  /** Why nothing can be learned from what was seen. */
  fault(): Fault | undefined {
    if (this.#fault !== undefined) return this.#fault;
    return this.#rows > 0 ? undefined : impossible(this.#names[0] as string, 'with at least one value', 'no rows');
  }

  #refuse(name: string, value: number): void {
    const got = Number.isNaN(value) ? 'a missing value' : String(value);
    this.#fault ??= impossible(name, 'with a finite number in every row (impute what is missing before)', got);
  }
}
