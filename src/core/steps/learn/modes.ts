import type { Fault } from '../../fault.ts';
import { limits } from '../../limits.ts';
import type { Learner, Sample } from '../step.ts';
import { impossible } from './impossible.ts';
import { NumberScan } from './number-scan.ts';

/** The most frequent number of each column; of equally frequent ones the smallest. */
export class ModesLearner implements Learner<number[]> {
  readonly #scan: NumberScan;
  readonly #names: readonly string[];
  readonly #counts: Map<number, number>[];
  readonly #distinctMax: number;
  #tooMany: Fault | undefined;

  /** @param distinctMax how many different values a column may have */
  constructor(columns: readonly { readonly name: string }[], distinctMax: number = limits.fitDistinctValuesMax) {
    this.#scan = new NumberScan(columns);
    this.#names = columns.map(({ name }) => name);
    this.#counts = columns.map(() => new Map());
    this.#distinctMax = distinctMax;
  }

  add(sample: Sample): void {
    this.#scan.visit(sample, (value, column) => {
      const counts = this.#counts[column] as Map<number, number>;
      const count = counts.get(value);
      if (count !== undefined || counts.size < this.#distinctMax) counts.set(value, (count ?? 0) + 1);
      else {
        const expected = `with at most ${this.#distinctMax} different values, for the most frequent one`;
        this.#tooMany ??= impossible(this.#names[column] as string, expected, 'more');
      }
    });
  }

  endPass(): number[] | Fault {
    return this.#scan.fault() ?? this.#tooMany ?? this.#counts.map(mostFrequent);
  }
}

function mostFrequent(counts: ReadonlyMap<number, number>): number {
  let [best, most] = [Number.NaN, 0];
  for (const [value, count] of counts) {
    if (count > most || (count === most && value < best)) [best, most] = [value, count];
  }
  return best;
}
