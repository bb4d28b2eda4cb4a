import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type OrderStatistics, OrderStatisticsLearner } from '../../../../src/core/steps/learn/order-statistics.ts';
import { type QuantileRequest, QuantilesLearner } from '../../../../src/core/steps/learn/quantiles.ts';
import { RankSketch } from '../../../../src/core/steps/learn/rank-sketch.ts';
import { column, learn, named } from './learning.ts';

const linear = (level: number): QuantileRequest => ({ method: 'linear', level });
const averaged = (level: number): QuantileRequest => ({ method: 'averaged_inverted_cdf', level });

/** Numbers that look random and are the same each time. */
function* pseudoRandom(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

function draw(length: number, toValue: (uniform: number, i: number) => number): number[] {
  const uniform = pseudoRandom(length);
  return Array.from({ length }, (_, i) => toValue(uniform.next().value, i));
}

test.each([
  // numpy.quantile([...], level, method=...)
  [[1, 2, 3, 4], linear(0.25), 1.75],
  [[1, 2, 3, 4], averaged(0.25), 1.5],
  [[1, 2, 3, 4], averaged(0.3), 2],
  [[1, 2, 3, 4], linear(0), 1],
  [[1, 2, 3, 4], averaged(0), 1],
  [[1, 2, 3, 4], linear(1), 4],
  [[1, 2, 3, 4], averaged(1), 4],
  [[0.1, 0.7, 3.3, 9.1, 2.2], linear(0.9), 6.78],
  [[0.1, 0.7, 3.3, 9.1, 2.2], linear(0.01), 0.124],
  [[5], linear(0.3), 5],
  [[5, 7], { method: 'median' } as const, 6],
  [[0.1, 0.2, 0.4, 0.3], { method: 'median' } as const, 0.25],
  [[3, 1, 2], { method: 'median' } as const, 2],
])('of %j: %j is %d', (values, request, expected) => {
  const withMissing = [Number.NaN, ...values, Number.NaN];
  expect(learn(new QuantilesLearner(named('a'), [request]), column(withMissing)).outcome).toEqual([[expected]]);
});

test('quantiles beyond float64 are a fault that names the column', () => {
  const { outcome } = learn(new QuantilesLearner(named('a'), [linear(0.6)]), column([-1.7e308, 1.7e308]));
  expect(outcome).toMatchObject({ code: 'fit.impossible', expected: expect.stringContaining('"a"') });
});

test('an empty column is a fault that names it', () => {
  const rows = [[1, Number.NaN]];
  const { outcome } = learn(new QuantilesLearner(named('a', 'b'), [linear(0.5)]), rows);
  expect(outcome).toMatchObject({ code: 'fit.impossible', expected: expect.stringContaining('"b"') });
});

const hard: [string, number[]][] = [
  ['uniform', draw(100_000, (u) => u)],
  ['rising', draw(100_000, (_, i) => i)],
  ['falling', draw(100_000, (_, i) => -i)],
  ['few different values', draw(100_000, (u) => Math.floor(u * 5))],
  ['nearly constant', draw(100_000, (u) => (u < 0.99 ? 0 : u))],
  ['all scales', draw(100_000, (u) => (u < 0.5 ? -1 : 1) * 10 ** (u * 600 - 300))],
  ['a saw', draw(100_000, (_, i) => i % 317)],
];

test.each(hard)('memory that is far too small costs passes, not exactness: %s', (_, values) => {
  const sorted = Float64Array.from(values).sort();
  const ranks = [0, 1, 500, 24_999, 25_000, 50_000, 99_998, 99_999];
  const { outcome, passes } = learn(new OrderStatisticsLearner(named('a'), () => ranks, 1), column(values), 1_000);
  expect(outcome).toEqual([{ count: values.length, at: new Map(ranks.map((rank) => [rank, sorted[rank]])) }]);
  expect(passes).toBeGreaterThan(1);
});

test('with the least memory every quantile is that of the sorted values', () => {
  const shapes: ((uniform: number, i: number) => number)[] = [
    (uniform) => Math.log(uniform + 1e-9),
    (uniform) => Math.floor(uniform ** 3 * 50),
    (uniform, i) => i + uniform,
    (uniform, i) => (i % 3 === 0 ? uniform : Number.NaN),
  ];
  const requests = [0, 0.001, 0.3, 0.5, 0.99, 1].flatMap((level) => [linear(level), averaged(level)]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60_000 }),
      fc.constantFrom(...shapes),
      fc.integer({ min: 1, max: 9_999 }),
      (length, shape, rowsEach) => {
        const rows = column(draw(length, (uniform, i) => shape(uniform, i)));
        const withPlenty = learn(new QuantilesLearner(named('a'), requests), rows, rowsEach);
        expect(withPlenty.passes).toBe(1);
        expect(learn(new QuantilesLearner(named('a'), requests, 1), rows, rowsEach).outcome).toEqual(
          withPlenty.outcome,
        );
      },
    ),
    { numRuns: 25 },
  );
});

test('more columns than fit wait for their turn', () => {
  const values = draw(20_000, (u) => u);
  const rows = values.map((value) => [value, -value, 10 * value]);
  const { outcome, passes } = learn(new OrderStatisticsLearner(named('a', 'b', 'c'), () => [9], 1), rows, 1_000);
  const [tenth, last] = [Float64Array.from(values).sort()[9]!, Float64Array.from(values).sort()[19_990]!];
  expect((outcome as OrderStatistics[]).map(({ at }) => at.get(9))).toEqual([tenth, -last, 10 * tenth]);
  expect(passes).toBeGreaterThan(3);
});

test('when everything fits, one pass is enough', () => {
  expect(learn(new QuantilesLearner(named('a'), [linear(0.5)]), column([3, 1, 2])).passes).toBe(1);
});

test('rows that change between two passes are noticed', () => {
  const learner = new OrderStatisticsLearner(named('a'), () => [7], 1);
  learner.add({ rows: 20_000, values: Float64Array.from({ length: 20_000 }, (_, i) => i) });
  expect(learner.endPass()).toBe('again');
  learner.add({ rows: 3, values: Float64Array.of(1, 2, 3) });
  expect(learner.endPass()).toMatchObject({ code: 'fit.impossible', got: '3' });
});

test('a bracket of a sketch holds the value of the rank', () => {
  const values = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 65, maxLength: 2_000 });
  fc.assert(
    fc.property(values, fc.nat(), (list, seed) => {
      const sketch = new RankSketch(64);
      for (const value of list) sketch.add(value);
      expect(sketch.sorted()).toBeUndefined();
      const rank = seed % list.length;
      const wanted = list.toSorted((a, b) => a - b)[rank]!;
      const { low, high = Number.POSITIVE_INFINITY } = sketch.bracket(rank);
      expect(low).toBeLessThanOrEqual(wanted);
      expect(high).toBeGreaterThanOrEqual(wanted);
      expect(list).toContain(low);
    }),
  );
});

test('the fewest values a sketch may have narrow a large column to less than a quarter', () => {
  const sketch = new RankSketch(8_192);
  const values = draw(1_000_000, (u) => u);
  for (const value of values) sketch.add(value);
  const { low, high } = sketch.bracket(500_000);
  expect(values.filter((value) => value > low && value < high!).length).toBeLessThan(250_000);
});

test('how the rows are cut changes nothing', () => {
  const value = fc.oneof(fc.double({ noDefaultInfinity: true, min: -1e300, max: 1e300 }), fc.constant(Number.NaN));
  const requests = [linear(0.1), averaged(0.1), linear(0.75), averaged(0.5), { method: 'median' } as const];
  fc.assert(
    fc.property(fc.array(fc.tuple(value), { minLength: 1 }), fc.integer({ min: 1, max: 40 }), (rows, each) => {
      const whole = learn(new QuantilesLearner(named('a'), requests), rows, 1_000).outcome;
      expect(learn(new QuantilesLearner(named('a'), requests), rows, each).outcome).toEqual(whole);
    }),
  );
});
