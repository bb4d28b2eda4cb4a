import type { Fault } from '../../fault.ts';
import { limits } from '../../limits.ts';
import type { Learner, Sample } from '../step.ts';
import { CompleteScan } from './complete-scan.ts';
import { impossible } from './impossible.ts';
import { RunningMoments } from './moments.ts';

/**
 * How well each column tells the classes of the target apart: the F value of a one-way analysis of variance, the
 * variance between the classes over that within them.
 */
export class ClassSeparationLearner implements Learner<number[]> {
  readonly #width: number;
  readonly #target: string;
  readonly #scan: CompleteScan;
  /** For each class, the moments of every column. */
  readonly #classes = new Map<number, RunningMoments[]>();
  #hasTooMany = false;

  constructor(columns: readonly { readonly name: string }[], target: string) {
    this.#width = columns.length;
    this.#target = target;
    this.#scan = new CompleteScan(columns, target);
  }

  add(sample: Sample): void {
    this.#scan.visit(sample, (start, target) => {
      const moments = this.#momentsOf(target);
      for (let column = 0; column < moments.length; column++) {
        moments[column]!.add(sample.values[start + column] as number);
      }
    });
  }

  endPass(): number[] | Fault {
    const fault = this.#scan.fault();
    if (fault !== undefined) return fault;
    if (this.#hasTooMany) return impossible(this.#target, `with at most ${limits.classesMax} classes`, 'more');
    if (this.#classes.size < 2) return impossible(this.#target, 'with at least two classes', 'one');
    return Array.from({ length: this.#width }, (_, column) => this.#separation(column));
  }

  #momentsOf(target: number): RunningMoments[] {
    const known = this.#classes.get(target);
    if (known !== undefined) return known;
    if (this.#classes.size === limits.classesMax) {
      this.#hasTooMany = true;
      return [];
    }
    const moments = Array.from({ length: this.#width }, () => new RunningMoments());
    this.#classes.set(target, moments);
    return moments;
  }

  #separation(column: number): number {
    const classes = [...this.#classes.values()].map((moments) => moments[column]!.moments());
    const { rows } = this.#scan;
    const mean = classes.reduce((sum, { count, mean }) => sum + (count / rows) * mean, 0);
    const between = classes.reduce((sum, each) => sum + each.count * (each.mean - mean) ** 2, 0);
    const within = classes.reduce((sum, { count, variance }) => sum + count * variance, 0);
    return between / (classes.length - 1) / (within / (rows - classes.length));
  }
}
