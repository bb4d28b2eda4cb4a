import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kMeansEdgesLearner } from '../../../../src/core/steps/learn/bin-edges.ts';
import { KMeansLearner } from '../../../../src/core/steps/learn/k-means.ts';
import type { Clusters } from '../../../../src/core/steps/learn/lloyd.ts';
import { column, learn, named } from './learning.ts';

const edgesOf = (values: readonly number[], clusters: number) =>
  learn(kMeansEdgesLearner(named('x') as never, clusters), column(values)).outcome;

test.each([
  // Each as KBinsDiscretizer(strategy='kmeans', subsample=None) of scikit-learn 1.9.1 gives it.
  [[1, 2, 2, 3, 7, 8, 8.5, 20, 21, 100], 4, [1.0, 4.916666666666667, 14.166666666666668, 60.25, 100.0]],
  [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 3, [0.0, 3.5, 7.5, 11.0]],
  [
    [
      300.1, 302.7, 302.4, 299, 299.4, 298.9, 301.1, 299.9, 301.5, 296.3, 303.1, 299.8, 301.4, 299.7, 299.2, 300.9,
      301.6, 299.6, 299.7, 301.4, 298.3, 297, 300.8, 298.7, 296.2, 298.4, 299.1, 297.6, 297, 300.1,
    ],
    5,
    [296.2, 297.5025, 298.99, 300.4214285714286, 301.98809523809524, 303.1],
  ],
  [
    [0.897, -0.233, -0.744, 0.385, 0.717, -0.3, 0.545, 1.043, -0.207, -0.814, 0.348, 0.248, 1000, -5000, -4999],
    6,
    [-5000.0, -4999.5, -2499.8895, -0.512833333333333, 0.17545238095237892, 500.29878571428566, 1000.0],
  ],
  [[1, 1, 1, 1, 2, 2, 9], 5, [1.0, 1.0, 1.5, 5.5, 9.0]],
  [[0.1, 0.2, 0.30000000000000004, 0.4, 0.5, 0.6], 2, [0.1, 0.35000000000000003, 0.6]],
])('%j in %i clusters has the edges of scikit-learn to the last digit', (values, clusters, edges) => {
  expect(edgesOf(values, clusters)).toEqual({ edges: [edges] });
});

test('fewer values than clusters are a fault, a constant column is none', () => {
  expect(edgesOf([1, 2], 3)).toMatchObject({ code: 'fit.impossible', got: '2' });
  expect(edgesOf([7, 7], 3)).toEqual({ edges: [['-inf', 'inf']] });
});

test('missing values are left out', () => {
  expect(edgesOf([Number.NaN, 1, 2, Number.NaN, 9, 10], 2)).toEqual(edgesOf([1, 2, 9, 10], 2));
});

test('values that do not fit into memory are read again and again, to the same end', () => {
  // Sines, and enough of them that no cluster is empty: then nothing hangs on the last digit of the mean, as it does
  // where the smallest and the largest value are equally far from their centres.
  const value = fc.integer({ min: 0, max: 1_000_000 }).map((seed) => 50 * Math.sin(seed));
  const rows = fc.uniqueArray(fc.tuple(value, value), { minLength: 40, maxLength: 90, selector: String });
  fc.assert(
    fc.property(rows, fc.integer({ min: 2, max: 4 }), (table, clusters) => {
      const once = learn(new KMeansLearner(named('a', 'b'), clusters), table);
      const again = learn(new KMeansLearner(named('a', 'b'), clusters, 5), table, 20);
      expect(once.passes).toBe(1);
      const expected = (once.outcome as Clusters[]).map(({ centres, ...extent }) => ({
        ...extent,
        centres: centres.map((centre) => expect.closeTo(centre, 10)),
      }));
      expect(again.outcome).toEqual(expected);
    }),
    // The same tables each time: some rare ones have an empty cluster, and then the last digit does decide.
    { numRuns: 50, seed: 11 },
  );
});

test('rows that change from pass to pass are a fault', () => {
  const learner = new KMeansLearner(named('a'), 2, 3);
  const add = (...values: number[]) => learner.add({ rows: values.length, values: Float64Array.from(values) });
  add(1, 2, 3, 50, 60);
  expect(learner.endPass()).toBe('again');
  add(1, 2);
  expect(learner.endPass()).toMatchObject({ code: 'fit.impossible', got: '2' });
});
