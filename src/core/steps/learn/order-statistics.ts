import type { Fault } from '../../fault.ts';
import { limits } from '../../limits.ts';
import type { Learner, Sample } from '../step.ts';
import { impossible } from './impossible.ts';
import { NumberScan } from './number-scan.ts';
import { RankSketch, sketchValuesMin } from './rank-sketch.ts';

/** What was found of the sorted values of one column. */
export interface OrderStatistics {
  /** How many values the column has. */
  readonly count: number;
  /** The values of the ranks asked for, counted from 0. */
  readonly at: ReadonlyMap<number, number>;
}

/** Where some ranks of a column are sought: strictly between two values, if they are not equal to one of these. */
interface Bracket {
  readonly column: number;
  readonly low: number;
  readonly high: number;
  /** Rising. */
  ranks: readonly number[];
}

/** A bracket in the pass that looks into it. */
interface Search {
  readonly bracket: Bracket;
  /** Values that are not greater than `low`. */
  notAbove: number;
  /** Values strictly inside. */
  readonly inside: RankSketch;
}

/**
 * Exact values of given ranks in bounded memory. A pass keeps what lies inside a bracket; where that is too much it
 * keeps a sketch, which gives a narrower bracket for the next pass. What a pass counts decides, so the sketch has a say
 * in the number of passes alone: one when everything fits, nearly always two when it does not.
 */
export class OrderStatisticsLearner implements Learner<OrderStatistics[]> {
  readonly #scan: NumberScan;
  readonly #names: readonly string[];
  readonly #ranksOf: (count: number) => readonly number[];
  readonly #valuesMax: number;
  readonly #found: Map<number, number>[];
  #counts: Float64Array | undefined;
  #waiting: Bracket[];
  #searches: readonly (readonly Search[])[] = [];

  /**
   * @param ranksOf the ranks sought in a column with so many values
   * @param valuesMax how many values may be kept, in all columns together; below 8,192 it counts as 8,192
   */
  constructor(
    columns: readonly { readonly name: string }[],
    ranksOf: (count: number) => readonly number[],
    valuesMax: number = limits.fitValuesMax,
  ) {
    this.#scan = new NumberScan(columns);
    this.#names = columns.map(({ name }) => name);
    this.#ranksOf = ranksOf;
    this.#valuesMax = Math.max(sketchValuesMin, valuesMax);
    this.#found = columns.map(() => new Map());
    const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    this.#waiting = columns.map((_, column) => ({ column, low, high, ranks: [] }));
    this.#startSearches();
  }

  add(sample: Sample): void {
    this.#scan.visit(sample, (value, column) => {
      for (const search of this.#searches[column] as readonly Search[]) {
        if (value <= search.bracket.low) search.notAbove++;
        else if (value < search.bracket.high) search.inside.add(value);
      }
    });
  }

  endPass(): OrderStatistics[] | 'again' | Fault {
    const fault = this.#scan.fault() ?? this.#countFault();
    if (fault !== undefined) return fault;
    if (this.#counts === undefined) this.#setRanks(this.#scan.counts.slice());
    for (const search of this.#searches.flat()) this.#waiting.push(...this.#settle(search));
    if (this.#waiting.length > 0) {
      this.#scan.restart();
      this.#startSearches();
      return 'again';
    }
    return this.#found.map((at, column) => ({ count: this.#scan.counts[column] as number, at }));
  }

  /** Takes as many of the waiting brackets as fit into memory; the others wait for another pass. */
  #startSearches(): void {
    const taken = this.#waiting.splice(0, Math.floor(this.#valuesMax / sketchValuesMin));
    const valuesEach = Math.floor(this.#valuesMax / taken.length / 64) * 64;
    const searches: Search[][] = this.#names.map(() => []);
    for (const bracket of taken) {
      searches[bracket.column]?.push({ bracket, notAbove: 0, inside: new RankSketch(valuesEach) });
    }
    this.#searches = searches;
  }

  /** After the first pass the number of values is known, and with it the ranks. */
  #setRanks(counts: Float64Array): void {
    this.#counts = counts;
    for (const bracket of [...this.#searches.flat().map((search) => search.bracket), ...this.#waiting]) {
      const ranks = new Set(this.#ranksOf(counts[bracket.column] as number));
      bracket.ranks = [...ranks].sort((a, b) => a - b);
    }
  }

  #countFault(): Fault | undefined {
    const other = this.#counts?.findIndex((count, column) => count !== this.#scan.counts[column]) ?? -1;
    if (other < 0) return undefined;
    const expected = `with the ${this.#counts?.[other]} values of the first pass`;
    return impossible(this.#names[other] as string, expected, String(this.#scan.counts[other]));
  }

  /** Notes the ranks whose values are known now. @returns narrower brackets for the others */
  #settle({ bracket, notAbove, inside }: Search): Bracket[] {
    const found = this.#found[bracket.column] as Map<number, number>;
    const sorted = inside.sorted();
    const open: number[] = [];
    for (const rank of bracket.ranks) {
      const place = rank - notAbove;
      if (place < 0) found.set(rank, bracket.low);
      else if (place >= inside.count) found.set(rank, bracket.high);
      else if (sorted !== undefined) found.set(rank, sorted[place] as number);
      else open.push(rank);
    }
    return neighbours(open).map((ranks) => {
      const { low } = inside.bracket((ranks[0] as number) - notAbove);
      const { high = bracket.high } = inside.bracket((ranks.at(-1) as number) - notAbove);
      return { column: bracket.column, low, high, ranks };
    });
  }
}

/** Rising ranks in runs of consecutive ones, which one bracket serves. */
function neighbours(ranks: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const rank of ranks) {
    const last = runs.at(-1);
    if (last?.at(-1) === rank - 1) last.push(rank);
    else runs.push([rank]);
  }
  return runs;
}
