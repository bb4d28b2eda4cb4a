import type { Fault } from '../../fault.ts';
import type { Learner, Sample } from '../step.ts';
import { ColumnValuesLearner } from './column-values.ts';
import { ExtentsLearner } from './extents.ts';
import { impossible, isFault } from './impossible.ts';
import { type Clusters, Lloyd, type Spread } from './lloyd.ts';
import { MomentsLearner } from './moments.ts';
import { NumberScan } from './number-scan.ts';
import { pairwiseSum } from './pairwise-sum.ts';

/**
 * K-means of each column by itself. Values that fit into memory are read once; of more values every iteration is a pass
 * over the rows, and the mean has other last digits than numpy's. That matters where a cluster is empty: it takes the
 * farthest value, and the smallest and the largest are often equally far, but for the last digit.
 */
export class KMeansLearner implements Learner<Clusters[]> {
  readonly #names: readonly string[];
  readonly #clusters: number;
  readonly #scan: NumberScan;
  readonly #extents: ExtentsLearner;
  readonly #moments: MomentsLearner;
  #values: ColumnValuesLearner | undefined;
  /** After the first pass: the search in each column. */
  #searches: Lloyd[] | undefined;
  #valueCounts: readonly number[] = [];

  /** @param valuesMax how many values may be kept, in all columns together */
  constructor(columns: readonly { readonly name: string }[], clusters: number, valuesMax?: number) {
    this.#names = columns.map(({ name }) => name);
    this.#clusters = clusters;
    this.#scan = new NumberScan(columns);
    this.#extents = new ExtentsLearner(columns);
    this.#moments = new MomentsLearner(columns);
    this.#values = new ColumnValuesLearner(columns, valuesMax);
  }

  add(sample: Sample): void {
    if (this.#searches !== undefined) {
      this.#scan.visit(sample, (value, column) => this.#searches![column]!.add(value));
      return;
    }
    this.#extents.add(sample);
    this.#moments.add(sample);
    this.#values?.add(sample);
  }

  endPass(): Clusters[] | 'again' | Fault {
    if (this.#searches === undefined) {
      const searches = this.#firstSearches();
      if (isFault(searches)) return searches;
      this.#searches = searches;
    } else {
      const fault = this.#countFault();
      if (fault !== undefined) return fault;
      for (const search of this.#searches) search.endIteration();
    }
    this.#scan.restart();
    return this.#searches.every(({ isDone }) => isDone) ? this.#searches.map(({ clusters }) => clusters) : 'again';
  }

  /** Every pass must see the same values. */
  #countFault(): Fault | undefined {
    const other = this.#valueCounts.findIndex((count, i) => count !== this.#scan.counts[i]);
    if (other < 0) return undefined;
    const expected = `with the ${this.#valueCounts[other]} values of the first pass`;
    return impossible(this.#names[other]!, expected, String(this.#scan.counts[other]));
  }

  /** The searches, finished where the values are at hand. */
  #firstSearches(): Lloyd[] | Fault {
    const extents = this.#extents.endPass();
    if (isFault(extents)) return extents;
    const moments = this.#moments.endPass();
    if (isFault(moments)) return moments;
    this.#valueCounts = moments.map(({ count }) => count);
    const values = this.#values!.endPass();
    this.#values = undefined;
    const tooWide = moments.findIndex(({ variance }) => !Number.isFinite(variance));
    if (tooWide >= 0) return impossible(this.#names[tooWide]!, 'with a variance below 1.8e308', 'an overflow');
    const tooFew = moments.findIndex(({ count }, i) => count < this.#clusters && extents[i]!.min < extents[i]!.max);
    if (tooFew >= 0) {
      const expected = `with at least ${this.#clusters} values, one for each bin`;
      return impossible(this.#names[tooFew]!, expected, String(moments[tooFew]!.count));
    }
    return extents.map((extent, i) => {
      if (isFault(values)) return new Lloyd({ ...extent, ...moments[i]! }, this.#clusters);
      return searchThrough(values[i]!, { ...extent, ...moments[i]! }, this.#clusters);
    });
  }
}

function searchThrough(values: Float64Array, spread: Spread, clusters: number): Lloyd {
  const search = new Lloyd({ ...spread, mean: pairwiseSum(values) / values.length }, clusters);
  while (!search.isDone) {
    for (const value of values) search.add(value);
    search.endIteration();
  }
  return search;
}
