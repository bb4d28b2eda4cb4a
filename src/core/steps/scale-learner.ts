import { ExtentsLearner } from './learn/extents.ts';
import { learnRows } from './learn/learn-rows.ts';
import { MomentsLearner, standardScale } from './learn/moments.ts';
import { QuantilesLearner } from './learn/quantiles.ts';
import type { Scale, ScaleValues } from './scale.ts';
import type { Learner } from './step.ts';

/** A range, or 1 where it is so small that it counts as none, as scikit-learn's scalers have it. */
export const rangeDivisor = (range: number): number => (range < 10 * Number.EPSILON ? 1 : range);

/** Learns what a method of scaling needs. */
export function scaleLearner(spec: Scale, columns: readonly { readonly name: string }[]): Learner<ScaleValues> {
  switch (spec.method) {
    case 'standard':
      return learnRows(columns, new MomentsLearner(columns), (moments) => ({
        mean: moments.map(({ mean }) => mean),
        scale: moments.map(standardScale),
      }));
    case 'minmax':
      return learnRows(columns, new ExtentsLearner(columns), (extents) => ({
        min: extents.map(({ min }) => min),
        max: extents.map(({ max }) => max),
      }));
    case 'maxabs':
      return learnRows(columns, new ExtentsLearner(columns), (extents) => ({
        scale: extents.map(({ min, max }) => rangeDivisor(Math.max(Math.abs(min), Math.abs(max)))),
      }));
    case 'robust': {
      const [low, high] = spec.quantileRange.map(
        (percentile) => ({ method: 'linear', level: percentile / 100 }) as const,
      );
      const quantiles = new QuantilesLearner(columns, [{ method: 'median' }, low!, high!]);
      return learnRows(columns, quantiles, (found) => ({
        center: found.map(([median]) => median!),
        scale: found.map(([, from, to]) => rangeDivisor(to! - from!)),
      }));
    }
  }
}
