import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CovarianceLearner } from '../../../../src/core/steps/learn/covariance.ts';
import { symmetricEigen } from '../../../../src/core/steps/learn/eigen.ts';
import { principalComponentsLearner } from '../../../../src/core/steps/learn/principal-components.ts';
import { learn, named } from './learning.ts';

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, each, i) => sum + each * (b[i] as number), 0);

/** x xᵀ summed over some rows: symmetric, without negative eigenvalues. */
function gramOf(rows: readonly (readonly number[])[]): number[][] {
  const width = rows[0]!.length;
  return Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
}

test('eigenvectors are stretched by their eigenvalues, stand square on each other, and come largest first', () => {
  const entry = fc.oneof(fc.constant(0), fc.integer({ min: -9, max: 9 }), fc.double({ min: -1, max: 1, noNaN: true }));
  const matrix = fc
    .integer({ min: 1, max: 7 })
    .chain((width) => fc.array(fc.array(entry, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 9 }))
    .map(gramOf);
  fc.assert(
    fc.property(matrix, (rows) => {
      const { values, vectors } = symmetricEigen(Float64Array.from(rows.flat()), rows.length);
      const size = Math.max(1, ...values);
      vectors.forEach((vector, i) => {
        rows.forEach((row, j) => {
          expect(Math.abs(dot(row, vector) - values[i]! * vector[j]!)).toBeLessThan(1e-13 * size);
        });
        vectors.forEach((other, j) => {
          expect(dot(vector, other)).toBeCloseTo(Number(i === j), 13);
        });
      });
      expect(values).toEqual(values.toSorted((a, b) => b - a));
    }),
  );
});

test('a small eigenvalue beside a huge one keeps its digits', () => {
  // Of [[a, b], [b, c]] with a >> c the small one is c - b^2 / a, but for terms that no float64 sees here.
  const { values } = symmetricEigen(Float64Array.of(1e20, 1e9, 1e9, 1), 2);
  expect(values[1]).toBeCloseTo(0.99, 13);
});

test('the covariance survives a large mean, whatever rows come together', () => {
  const cell = fc.integer({ min: -1_000, max: 1_000 });
  const table = fc.array(fc.tuple(cell, cell), { minLength: 2, maxLength: 40 });
  fc.assert(
    fc.property(table, fc.integer({ min: 1, max: 40 }), (rows, rowsEach) => {
      const moved = rows.map(([a, b]) => [a + 1e12, b - 3e11]);
      const { outcome } = learn(new CovarianceLearner(named('a', 'b')), moved, rowsEach);
      const mean = [0, 1].map((i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
      const product = (i: number, j: number) =>
        rows.reduce((sum, row) => sum + (row[i]! - mean[i]!) * (row[j]! - mean[j]!), 0) / (rows.length - 1);
      const expected = [product(0, 0), product(0, 1), product(0, 1), product(1, 1)];
      expect(outcome).toMatchObject({ rows: rows.length });
      Array.from((outcome as { matrix: Float64Array }).matrix, (each, i) =>
        expect(Math.abs(each - expected[i]!)).toBeLessThanOrEqual(1e-9 + 1e-12 * Math.abs(expected[i]!)),
      );
    }),
  );
});

test('a constant column has no part in any component', () => {
  const rows = Array.from({ length: 20 }, (_, i) => [0.1, Math.sin(i), Math.cos(3 * i)]);
  const { outcome } = learn(principalComponentsLearner(named('a', 'b', 'c'), undefined), rows, 3);
  const { components, variance } = outcome as { components: number[][]; variance: number[] };
  expect(components.map(([first]) => first)).toEqual([0, 0, 1]);
  expect(variance[2]).toBe(0);
});

test('the entry farthest from zero is positive', () => {
  const rows = Array.from({ length: 9 }, (_, i) => [i, -3 * i + Math.sin(i)]);
  const { outcome } = learn(principalComponentsLearner(named('a', 'b'), 1), rows);
  const { components } = outcome as { components: number[][] };
  expect(components[0]![0]).toBeLessThan(0);
  expect(components[0]![1]).toBeGreaterThan(0.9);
});
