import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ColumnMoments,
  isConstant,
  MomentsLearner,
  standardScale,
} from '../../../../src/core/steps/learn/moments.ts';
import { column, learn, named, type Rows } from './learning.ts';

const momentsOf = (rows: Rows, rowsEach?: number) => {
  const { outcome } = learn(new MomentsLearner(named('a')), rows, rowsEach);
  return (outcome as ColumnMoments[])[0]!;
};

const unit = 2 ** -20;

/** The moments of (base + k) * unit by exact arithmetic, rounded once at the end. */
function exactMoments(base: number, ks: readonly number[]): { mean: number; variance: number } {
  const n = BigInt(ks.length);
  const sum = ks.reduce((total, k) => total + BigInt(k), 0n);
  const squares = ks.reduce((total, k) => total + BigInt(k) * BigInt(k), 0n);
  const scaled = ((n * squares - sum * sum) << 80n) / (n * n);
  return {
    mean: (base + Number((sum << 40n) / n) / 2 ** 40) * unit,
    variance: (Number(scaled) / 2 ** 80) * unit * unit,
  };
}

const noise = (length: number, spread: number) =>
  Array.from({ length }, (_, i) => Math.round(spread * Math.sin(i * i + 1)));

test.each([
  ['1e9 and noise of a millionth', 2 ** 30 / unit, noise(10_000, 8)],
  ['1e9 and noise of one', -(2 ** 30) / unit, noise(10_000, 2 ** 20)],
  ['no offset', 0, noise(10_000, 2 ** 30)],
  ['a first value far away from the others', 2 ** 30 / unit, [-(2 ** 49), ...noise(10_000, 2 ** 10)]],
])('mean and variance keep their digits: %s', (_, base, ks) => {
  const { mean, variance, count } = momentsOf(column(ks.map((k) => (base + k) * unit)));
  const exact = exactMoments(base, ks);
  expect(count).toBe(ks.length);
  expect(Math.abs(mean - exact.mean)).toBeLessThanOrEqual(
    1e-15 * Math.abs(exact.mean) + 1e-12 * Math.sqrt(exact.variance),
  );
  expect(Math.abs(variance - exact.variance)).toBeLessThanOrEqual(1e-12 * exact.variance);
});

test('many equal steps do not add up an error', () => {
  const [low, high] = [0.1, 0.100001];
  const rows = column(Array.from({ length: 200_000 }, (_, i) => (i % 2 === 0 ? low : high)));
  const exact = ((high - low) / 2) ** 2;
  expect(Math.abs(momentsOf(rows, 5_000).variance - exact)).toBeLessThanOrEqual(1e-15 * exact);
});

test('missing values are left out', () => {
  const { count, mean, variance } = momentsOf(column([Number.NaN, 1, Number.NaN, 3]));
  expect({ count, mean, variance }).toEqual({ count: 2, mean: 2, variance: 1 });
});

test('a variance that no float64 holds is infinite, and the column then scaled by 1, as in scikit-learn', () => {
  const moments = momentsOf(column([1e300, -1e300, 5]));
  expect(moments.variance).toBe(Number.POSITIVE_INFINITY);
  expect(standardScale(moments)).toBe(1);
});

test('constant columns are scaled by 1, also when their variance is rounding', () => {
  expect(standardScale(momentsOf(column(Array(1000).fill(0.1))))).toBe(1);
  expect(standardScale(momentsOf(column([0, 0, 0])))).toBe(1);
  expect(isConstant({ count: 100, mean: 1, variance: 1e-28 })).toBe(true);
  expect(isConstant({ count: 100, mean: 1, variance: 1e-27 })).toBe(false);
  expect(standardScale(momentsOf(column([1, 1 + 2e-15, 1, 1 + 2e-15])))).toBeCloseTo(1e-15, 16);
});

test.each([
  ['no rows', [], '"a" with at least one value', 'no rows'],
  ['all missing', column([Number.NaN, Number.NaN]), '"a" with at least one value', '2 rows in which it is missing'],
  ['infinite', column([1, Number.POSITIVE_INFINITY]), '"a" with finite numbers only', 'Infinity'],
  ['a mean out of reach', column([1.7e308, -1.7e308]), '"a" with a mean', 'an overflow'],
])('nothing can be learned: %s', (_, rows, expected, got) => {
  const { outcome } = learn(new MomentsLearner(named('a')), rows);
  expect(outcome).toMatchObject({ code: 'fit.impossible', expected: expect.stringContaining(expected), got });
});

test('how the rows are cut changes no bit', () => {
  const value = fc.oneof(fc.double({ noDefaultInfinity: true, min: -1e150, max: 1e150 }), fc.constant(Number.NaN));
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1 }), fc.integer({ min: 1, max: 40 }), (rows, each) => {
      const whole = learn(new MomentsLearner(named('a', 'b')), rows, 1_000).outcome;
      expect(learn(new MomentsLearner(named('a', 'b')), rows, each).outcome).toEqual(whole);
    }),
  );
});
