import type { Column } from '../columns.ts';
import type { Learner } from '../step.ts';
import { evenlySpaced } from './even-spacing.ts';
import { ExtentsLearner } from './extents.ts';
import { impossible, learnThen } from './impossible.ts';
import { KMeansLearner } from './k-means.ts';
import { QuantilesLearner } from './quantiles.ts';

/** The borders of the bins of each column, those at the ends included. */
export interface BinEdges {
  readonly edges: (number | '-inf' | 'inf')[][];
}

/** What KBinsDiscretizer gives a column in which all values are the same. */
const oneBin = (): ['-inf', 'inf'] => ['-inf', 'inf'];

/** Bins that are not wider are left out, by KBinsDiscretizer. */
const narrowWidth = 1e-8;

const withoutNarrow = (edges: readonly number[]): number[] =>
  edges.filter((edge, i) => i === 0 || edge - edges[i - 1]! > narrowWidth);

/** Bins of equal width between the extremes. */
export const uniformEdgesLearner = (columns: readonly Column[], bins: number): Learner<BinEdges> =>
  learnThen(new ExtentsLearner(columns), (extents) => {
    const tooWide = extents.findIndex(({ min, max }) => !Number.isFinite(max - min));
    if (tooWide >= 0) return impossible(columns[tooWide]!.name, 'that spans less than 1.8e308', 'an overflow');
    return { edges: extents.map(({ min, max }) => (min === max ? oneBin() : evenlySpaced(min, max, bins))) };
  });

/** Bins with equally many values. */
export const quantileEdgesLearner = (
  columns: readonly Column[],
  bins: number,
  method: 'averaged_inverted_cdf' | 'linear',
): Learner<BinEdges> => {
  // By way of percent: the last digits of a level decide which of two neighbours a border is.
  const levels = evenlySpaced(0, 100, bins).map((percent) => percent / 100);
  const requests = levels.map((level) => ({ method, level }));
  return learnThen(new QuantilesLearner(columns, requests), (quantiles) => ({
    edges: quantiles.map((edges) => (edges[0] === edges.at(-1) ? oneBin() : withoutNarrow(edges))),
  }));
};

/** Borders halfway between the centres of clusters. */
export const kMeansEdgesLearner = (columns: readonly Column[], bins: number): Learner<BinEdges> =>
  learnThen(new KMeansLearner(columns, bins), (clusters) => ({
    edges: clusters.map(({ min, max, centres }) => {
      if (min === max) return oneBin();
      const between = centres.slice(1).map((centre, i) => (centre + centres[i]!) * 0.5);
      return withoutNarrow([min, ...between, max]);
    }),
  }));
