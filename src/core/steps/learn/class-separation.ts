import type { Fault } from '../../fault.ts';
import { limits } from '../../limits.ts';
import type { Learner, Sample } from '../step.ts';
import { CompleteScan } from './complete-scan.ts';
import { impossible } from './impossible.ts';
import { PlainSums } from './plain-sums.ts';

/**
 * How well each column tells the classes of the target apart: the F value of a one-way analysis of variance, the
 * variance between the classes over that within them, rounded as f_classif of scikit-learn rounds it.
 */
export class ClassSeparationLearner implements Learner<number[]> {
  readonly #width: number;
  readonly #target: string;
  readonly #scan: CompleteScan;
  readonly #classes = new Map<number, PlainSums>();
  #hasTooMany = false;

  constructor(columns: readonly { readonly name: string }[], target: string) {
    this.#width = columns.length;
    this.#target = target;
    this.#scan = new CompleteScan(columns, target);
  }

  add(sample: Sample): void {
    this.#scan.visit(sample, (start, target) => this.#sumsOf(target)?.add(sample.values, start));
  }

  endPass(): number[] | Fault {
    const fault = this.#scan.fault();
    if (fault !== undefined) return fault;
    if (this.#hasTooMany) return impossible(this.#target, `with at most ${limits.classesMax} classes`, 'more');
    if (this.#classes.size < 2) return impossible(this.#target, 'with at least two classes', 'one');
    // In the order of their numbers, since the order of adding decides the last digit.
    const classes = [...this.#classes].sort(([a], [b]) => a - b).map(([, sums]) => sums);
    return Array.from({ length: this.#width }, (_, column) => separation(classes, column));
  }

  #sumsOf(target: number): PlainSums | undefined {
    const known = this.#classes.get(target);
    if (known !== undefined) return known;
    if (this.#classes.size === limits.classesMax) {
      this.#hasTooMany = true;
      return undefined;
    }
    const sums = new PlainSums(this.#width);
    this.#classes.set(target, sums);
    return sums;
  }
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

function separation(classes: readonly PlainSums[], column: number): number {
  const rows = sumOf(classes.map(({ count }) => count));
  const ofMean = sumOf(classes.map(({ sums }) => sums[column]!)) ** 2 / rows;
  const total = sumOf(classes.map(({ squares }) => squares[column]!)) - ofMean;
  const between = sumOf(classes.map(({ sums, count }) => sums[column]! ** 2 / count)) - ofMean;
  const within = total - between;
  return between / (classes.length - 1) / (within / (rows - classes.length));
}
