import { byCodePoint } from './code-point-order.ts';
import type { Column } from './columns.ts';
import { CategoryCountsLearner } from './learn/category-counts.ts';
import { learnThen } from './learn/impossible.ts';
import { learnRows } from './learn/learn-rows.ts';
import { ModesLearner } from './learn/modes.ts';
import { MomentsLearner } from './learn/moments.ts';
import { QuantilesLearner } from './learn/quantiles.ts';
import type { Learner } from './step.ts';

/** What is put where a value is missing: a number, or a category. */
export type Fill = number | string;

/** Learns what is put where a value is missing, for columns that are all numbers or all categories. */
export function fillLearner(
  strategy: 'mean' | 'median' | 'most_frequent',
  columns: readonly Column[],
): Learner<{ fill: Fill[] }> {
  if (strategy === 'mean') {
    return learnRows(columns, new MomentsLearner(columns), (moments) => ({ fill: moments.map(({ mean }) => mean) }));
  }
  if (strategy === 'median') {
    const medians = new QuantilesLearner(columns, [{ method: 'median' }]);
    return learnRows(columns, medians, (found) => ({ fill: found.map(([median]) => median!) }));
  }
  if (columns[0]?.kind !== 'category') {
    return learnRows(columns, new ModesLearner(columns), (modes) => ({ fill: modes }));
  }
  return learnThen(new CategoryCountsLearner(columns), (counts) => ({
    fill: columns.map(({ categories = [] }, i) => mostFrequent(categories, counts[i]!)),
  }));
}

/** Of equally frequent categories the first in the order of code points. */
function mostFrequent(categories: readonly string[], counts: readonly number[]): string {
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  const candidates = categories.filter((_, code) => counts[code] === most);
  return candidates.reduce((best, each) => (byCodePoint(each, best) < 0 ? each : best));
}
