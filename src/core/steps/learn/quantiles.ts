import type { Fault } from '../../fault.ts';
import { describeValue } from '../../fault.ts';
import type { Learner, Sample } from '../step.ts';
import { impossible } from './impossible.ts';
import { type OrderStatistics, OrderStatisticsLearner } from './order-statistics.ts';

/**
 * A quantile to learn, by a method of numpy.quantile: `linear` (its default), `averaged_inverted_cdf` (the default of
 * KBinsDiscretizer); or the median, which numpy.median takes as the mean of the two in the middle.
 */
export type QuantileRequest =
  | { readonly method: 'linear' | 'averaged_inverted_cdf' /** From 0 to 1. */; readonly level: number }
  | { readonly method: 'median' };

/** A quantile as the values of two ranks and how far it lies from the lower to the upper one. */
interface Position {
  readonly lower: number;
  readonly upper: number;
  readonly share: number;
}

/** The quantiles of each column, exactly, in as many passes as memory demands: by column, then by request. */
export class QuantilesLearner implements Learner<number[][]> {
  readonly #names: readonly string[];
  readonly #requests: readonly QuantileRequest[];
  readonly #orders: OrderStatisticsLearner;

  /** @param valuesMax how many values may be kept, in all columns together */
  constructor(columns: readonly { readonly name: string }[], requests: readonly QuantileRequest[], valuesMax?: number) {
    this.#names = columns.map(({ name }) => name);
    this.#requests = requests;
    const ranksOf = (count: number) =>
      requests.flatMap((request) => {
        const { lower, upper } = positionOf(request, count);
        return [lower, upper];
      });
    this.#orders = new OrderStatisticsLearner(columns, ranksOf, valuesMax);
  }

  add(sample: Sample): void {
    this.#orders.add(sample);
  }

  endPass(): number[][] | 'again' | Fault {
    const orders = this.#orders.endPass();
    if (!Array.isArray(orders)) return orders;
    const quantiles = orders.map((order) => this.#requests.map((request) => quantileOf(request, order)));
    const overflowed = quantiles.findIndex((row) => !row.every(Number.isFinite));
    if (overflowed < 0) return quantiles;
    const expected = 'with quantiles that a float64 can hold';
    return impossible(this.#names[overflowed] as string, expected, describeValue(quantiles[overflowed]));
  }
}

function quantileOf(request: QuantileRequest, { count, at }: OrderStatistics): number {
  const { lower, upper, share } = positionOf(request, count);
  const low = at.get(lower) as number;
  const high = at.get(upper) as number;
  if (lower === upper) return low;
  if (request.method === 'median') return (low + high) / 2;
  // Measured from the nearer end, as numpy does it: the other way gives other last digits.
  return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share);
}

function positionOf(request: QuantileRequest, count: number): Position {
  if (request.method === 'median') {
    return { lower: Math.ceil(count / 2) - 1, upper: Math.floor(count / 2), share: 0.5 };
  }
  const { method, level } = request;
  const place = method === 'linear' ? (count - 1) * level : count * level - 1;
  if (place >= count - 1) return { lower: count - 1, upper: count - 1, share: 0 };
  if (place < 0) return { lower: 0, upper: 0, share: 0 };
  const lower = Math.floor(place);
  const rest = place - lower;
  if (method === 'linear') return { lower, upper: lower + 1, share: rest };
  return { lower, upper: lower + 1, share: rest === 0 ? 0.5 : 1 };
}
