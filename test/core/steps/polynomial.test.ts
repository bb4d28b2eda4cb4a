import { expect, test } from 'vitest';
import type { Column } from '../../../src/core/steps/columns.ts';
import { monomials, nameOf, numberOfMonomials } from '../../../src/core/steps/monomials.ts';
import { polynomial } from '../../../src/core/steps/polynomial.ts';
import { StepRun } from './run-steps.ts';

const features = ['a', 'b', 'c'].map((name) => ({ name, type: 'number' as const }));
const rows = { a: [2, 0.1, null], b: [3, -7, 1], c: [5, 1e200, 2] };

test.each([9, 13, 21])('opset %i: products in the order of PolynomialFeatures', async (opset) => {
  const step = { step: 'polynomial', features: ['a', 'b', 'c'], degree: 3, bias: true, as: 'p' };
  const run = new StepRun({ features, steps: [step] as never, fitRows: {} }, [], opset);
  const { values, width } = await run.compute(['p'], rows);
  const products = [
    '1 a b c aa ab ac bb bc cc aaa aab aac abb abc acc bbb bbc bcc ccc'
      .split(' ')
      .map((word) => (word === '1' ? [] : [...word].map((letter) => letter as 'a' | 'b' | 'c'))),
  ].flat();
  expect(width).toBe(20);
  const expected = rows.a.flatMap((_, row) =>
    products.map((factors) => factors.reduceRight((product, name) => (rows[name][row] ?? Number.NaN) * product, 1)),
  );
  expect([...values]).toEqual(expected);
});

test('interactions alone have every column once', async () => {
  const step = { step: 'polynomial', features: ['a', 'b', 'c'], degree: 4, interactionOnly: true, as: 'p' };
  const run = new StepRun({ features, steps: [step] as never, fitRows: {} }, [], 13);
  const { values } = await run.compute(['p'], { a: [2], b: [3], c: [5] });
  expect([...values]).toEqual([2, 3, 5, 6, 10, 15, 30]);
});

test('products have the names of PolynomialFeatures', () => {
  const names = [0, 1, 2, 3].flatMap((degree) => monomials(2, degree, true)).map((each) => nameOf(each, ['a', 'b']));
  expect(names).toEqual(['1', 'a', 'b', 'a^2', 'a b', 'b^2', 'a^3', 'a^2 b', 'a b^2', 'b^3']);
});

test('the number of products is known before they are made', () => {
  for (const repeats of [true, false]) {
    for (const [columns, degree] of [
      [1, 5],
      [3, 4],
      [6, 3],
      [4, 8],
    ] as const) {
      const made = Array.from({ length: degree }, (_, i) => monomials(columns, i + 1, repeats).length);
      expect(numberOfMonomials(columns, degree, repeats)).toBe(made.reduce((sum, each) => sum + each));
    }
  }
});

test('a degree that makes too many columns is refused at once', () => {
  const columns = Array.from(
    { length: 200 },
    (_, i): Column => ({
      name: `x${i}`,
      kind: 'number',
      value: 'v',
      index: i,
      width: 200,
      mayBeMissing: false,
    }),
  );
  const spec = polynomial.schema.parse({ step: 'polynomial', features: ['x'], degree: 8, as: 'p' });
  expect(polynomial.checkColumns(spec, undefined, columns)).toMatchObject([{ path: '/degree', got: '8' }]);
  expect(polynomial.checkColumns({ ...spec, degree: 1 }, undefined, columns)).toEqual([]);
});
