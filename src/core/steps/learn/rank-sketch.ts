import { GrowingNumbers } from './growing-numbers.ts';

/** Share of the memory that one level has once the sketch no longer keeps everything. */
const levelsMax = 32;

/** With so many values, of half a million million numbers a bracket leaves a quarter at most. */
export const sketchValuesMin = 8_192;

/** The values of a sketch in order, and how many of the numbers added are said to lie at or below each. */
interface Landmarks {
  readonly values: Float64Array;
  readonly upTo: Float64Array;
}

/**
 * Where values lie among all that were added, in bounded memory. It keeps every value while it can. After that a full
 * level is sorted and every other value of it, the first included, goes on to the next level, where it counts twice.
 * Dropping the second of each pair can only overstate how many values lie below a given one, by at most one weight each
 * time: the true number lies within [stated - error, stated].
 */
export class RankSketch {
  readonly #valuesMax: number;
  #levels: GrowingNumbers[] = [new GrowingNumbers()];
  #levelMax: number;
  #error = 0;
  #count = 0;
  #landmarks: Landmarks | undefined;

  /** @param valuesMax how many values may be kept, a multiple of 64 */
  constructor(valuesMax: number) {
    this.#valuesMax = valuesMax;
    this.#levelMax = valuesMax;
  }

  /** How many values were added. */
  get count(): number {
    return this.#count;
  }

  add(value: number): void {
    this.#count++;
    this.#landmarks = undefined;
    this.#push(value, 0);
  }

  /** All values in order, without a copy; undefined when some had to go. */
  sorted(): Float64Array | undefined {
    return this.#levelMax === this.#valuesMax ? this.#levels[0]?.view().sort() : undefined;
  }

  /**
   * Two of the values added, with the value of that rank, counted from 0, between them or equal to one of them.
   * @returns `high` is undefined when none can be vouched for
   */
  bracket(rank: number): { low: number; high: number | undefined } {
    this.#landmarks ??= merge(this.#levels.map((level) => level.view().sort()));
    const { values, upTo } = this.#landmarks;
    return {
      low: values[firstAbove(upTo, rank)] as number,
      high: values[firstAbove(upTo, rank + this.#error)],
    };
  }

  #push(value: number, level: number): void {
    this.#levels[level] ??= new GrowingNumbers();
    if ((this.#levels[level] as GrowingNumbers).length === this.#levelMax) this.#compact(level);
    (this.#levels[level] as GrowingNumbers).push(value);
  }

  #compact(level: number): void {
    if (this.#levelMax === this.#valuesMax) {
      this.#split();
      return;
    }
    const values = this.#levels[level] as GrowingNumbers;
    const sorted = values.view().sort();
    for (let i = 0; i < sorted.length; i += 2) this.#push(sorted[i] as number, level + 1);
    this.#error += 2 ** level;
    values.clear();
  }

  /** Goes over from one level that holds everything to many small ones. */
  #split(): void {
    const everything = (this.#levels[0] as GrowingNumbers).view();
    this.#levels = [new GrowingNumbers()];
    this.#levelMax = this.#valuesMax / levelsMax;
    for (const value of everything) this.#push(value, 0);
  }
}

/** Merges sorted levels; the values of level i count 2^i times. */
function merge(levels: readonly Float64Array[]): Landmarks {
  const length = levels.reduce((sum, level) => sum + level.length, 0);
  const values = new Float64Array(length);
  const upTo = new Float64Array(length);
  const next = levels.map(() => 0);
  const head = (level: number) => levels[level]?.[next[level] as number] ?? Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < length; i++) {
    let lowest = 0;
    for (let level = 1; level < levels.length; level++) if (head(level) < head(lowest)) lowest = level;
    values[i] = head(lowest);
    next[lowest] = (next[lowest] as number) + 1;
    sum += 2 ** lowest;
    upTo[i] = sum;
  }
  return { values, upTo };
}

/** Position of the first of some rising numbers that is greater than `limit`; the length when none is. */
function firstAbove(rising: Float64Array, limit: number): number {
  let from = 0;
  let to = rising.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((rising[middle] as number) > limit) to = middle;
    else from = middle + 1;
  }
  return from;
}
