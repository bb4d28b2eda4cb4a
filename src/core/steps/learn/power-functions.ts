import { ExactSum } from './exact-sum.ts';
import type { Extent } from './extents.ts';
import { minimumBetween, minimumFrom } from './minimum.ts';
import { RunningMoments } from './moments.ts';

/** A family of powers that makes data more like a normal distribution, and how its exponent is found. */
export interface PowerFunction {
  /** The value after the transformation. */
  transform(value: number, lambda: number): number;
  /**
   * The exponent of greatest likelihood.
   * @param values finite, not all equal
   * @returns undefined where there is none
   */
  fit(values: Float64Array): number | undefined;
}

/** (y^p - 1) / p from log(y), which is log(y) itself at p = 0. */
const powerOfLog = (log: number, exponent: number, isZero: boolean): number =>
  isZero ? log : Math.expm1(exponent * log) / exponent;

const varianceOf = (values: Float64Array, transform: (value: number) => number): number => {
  const moments = new RunningMoments();
  for (const value of values) moments.add(transform(value));
  return moments.moments().variance;
};

const sumOf = (values: Float64Array): number => {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum.value;
};

function extentOf(values: Float64Array): Extent {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

/** log(1 + |x|), with the sign of x. */
const signedLog = (value: number): number => Math.sign(value) * Math.log1p(Math.abs(value));

const yeoJohnsonOfLog = (log: number, lambda: number): number =>
  log < 0
    ? -powerOfLog(-log, 2 - lambda, Math.abs(lambda - 2) <= Number.EPSILON)
    : powerOfLog(log, lambda, Math.abs(lambda) < Number.EPSILON);

/** Yeo and Johnson's powers, of any number. */
export const yeoJohnson: PowerFunction = {
  transform: (value, lambda) => yeoJohnsonOfLog(signedLog(value), lambda),

  fit(values) {
    const [low, high] = yeoJohnsonBounds(extentOf(values));
    if (!(low <= high)) return undefined;
    const logs = values.map(signedLog);
    const sum = sumOf(logs);
    const negativeLikelihood = (lambda: number): number => {
      const variance = varianceOf(logs, (log) => yeoJohnsonOfLog(log, lambda));
      // A variance that has vanished or overflowed says nothing of the data.
      if (variance < smallestNormal || variance === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
      return (values.length / 2) * Math.log(variance) - (lambda - 1) * sum;
    };
    return minimumBetween(negativeLikelihood, low, high);
  },
};

const smallestNormal = 2 ** -1022;

/** Exponents with which neither the data nor its variance leaves the range of a float64, with room for data 20 times as large. */
function yeoJohnsonBounds({ min, max }: Extent): [number, number] {
  const reach = Math.log1p(20 * Math.max(-min, max));
  const low = (Math.log(smallestNormal) - Math.log(Number.EPSILON)) / 2 / reach;
  const high = (Math.log(Number.MAX_VALUE) + Math.log(Number.EPSILON)) / 2 / reach;
  if (max < 0) return [2 - high, 2 - low];
  return min < 0 ? [Math.max(2 - high, low), Math.min(2 - low, high)] : [low, high];
}

/** Box and Cox's powers, of numbers above 0. */
export const boxCox: PowerFunction = {
  transform: (value, lambda) => powerOfLog(Math.log(value), lambda, Math.abs(lambda) < 1e-19),

  fit(values) {
    const logs = values.map((value) => Math.log(value));
    const sum = sumOf(logs);
    const extent = extentOf(logs);
    const negativeLikelihood = (lambda: number): number =>
      (values.length / 2) * logVarianceOfPowers(logs, extent, lambda) - (lambda - 1) * sum;
    const lambda = minimumFrom(negativeLikelihood, -2, 2);
    return lambda === undefined ? undefined : withoutOverflow(lambda, extentOf(values));
  },
};

/** Logarithm of the variance of (x^p - 1) / p, from log(x): the powers themselves might overflow. */
function logVarianceOfPowers(logs: Float64Array, { min, max }: Extent, exponent: number): number {
  if (exponent === 0) return Math.log(varianceOf(logs, (log) => log));
  const largest = exponent * (exponent > 0 ? max : min);
  const variance = varianceOf(logs, (log) => Math.expm1(exponent * log - largest));
  return Math.log(variance) + 2 * largest - 2 * Math.log(Math.abs(exponent));
}

/** What scipy leaves between the transformed data and the largest float64. */
const transformedMax = Number.MAX_VALUE / 10_000;

/** The exponent, or the nearest one to it with which no value of the data overflows. */
function withoutOverflow(lambda: number, { min, max }: Extent): number {
  const overflows = (exponent: number) =>
    Math.max(Math.abs(boxCox.transform(min, exponent)), Math.abs(boxCox.transform(max, exponent))) > transformedMax;
  if (!overflows(lambda)) return lambda;
  let [safe, unsafe] = [0, lambda];
  for (let middle = lambda / 2; middle !== safe && middle !== unsafe; middle = (safe + unsafe) / 2) {
    if (overflows(middle)) unsafe = middle;
    else safe = middle;
  }
  return safe;
}
