import { expect, test } from 'vitest';
import { StepRun } from './run-steps.ts';
import type { Cell, Table } from './vectors.ts';

const features = [{ name: 'a', type: 'number' }] as const;

const runOf = (step: object, table: Table, fitted: unknown = null) => {
  const spec = { step: 'power', features: ['a'], ...step };
  return new StepRun({ features, steps: [spec as never], fitRows: table }, [fitted], 9);
};
const learn = (method: string, a: readonly Cell[], standardize = true) =>
  runOf({ method, standardize }, { a }).learn(0, { a }, 3);
const transform = async (method: string, lambda: number, a: readonly Cell[]) => {
  const run = runOf({ method, standardize: false }, { a }, { lambda: [lambda] });
  return [...(await run.compute(['a'], { a })).values];
};

// PowerTransformer of scikit-learn 1.9.1.
const values = [0.1, 0.5, 1.2, 3.4, 8.9, 2.2, 0.7, null, 15.1, 4.4];
test.each([
  ['yeo-johnson', values, [-0.296060826739953, 0.9710663987979703, 0.5705981755404554]],
  ['box-cox', values, [0.1391588277097492, 0.7635918204449088, 1.5569293587295843]],
  ['yeo-johnson', values.map((each) => each && -each), [2.2960608413369203, -0.9710663877173779, 0.5705981651547727]],
  [
    'yeo-johnson',
    values.map((each, i) => each && each * (i % 2 ? 1 : -1)),
    [1.4321204280836817, 0.288342482755859, 4.148968694977078],
  ],
])('%s of %j', async (method, a, [lambda, mean, scale]) => {
  const learned = (await learn(method, a)) as { lambda: [number]; mean: [number]; scale: [number] };
  expect(learned.lambda[0]).toBeCloseTo(lambda!, 7);
  expect(learned.mean[0]).toBeCloseTo(mean!, 6);
  expect(learned.scale[0]).toBeCloseTo(scale!, 6);
});

test('exponents at which the formula is a logarithm', async () => {
  expect(await transform('yeo-johnson', 0, [1, -1, null])).toEqual([Math.log(2), -1.5, Number.NaN]);
  expect(await transform('yeo-johnson', 2, [1, -1, 0])).toEqual([1.5, -Math.log(2), 0]);
  expect(await transform('box-cox', 0, [1, Math.E, null])).toEqual([0, 1, Number.NaN]);
});

test('an exponent of 1 leaves numbers as they are', async () => {
  const same = await transform('yeo-johnson', 1, [3, -3, 1e-20, -1e-20, 1e9]);
  for (const [i, each] of [3, -3, 1e-20, -1e-20, 1e9].entries()) expect(same[i]! / each).toBeCloseTo(1, 14);
});

test('box-cox makes numbers that have no logarithm infinite, so that they do not pass for missing ones', async () => {
  const none = Number.NEGATIVE_INFINITY;
  expect(await transform('box-cox', 0.5, [0, -2, 4, null])).toEqual([none, none, 2, Number.NaN]);
});

test.each([
  ['box-cox', [1, 0, 2], 'with numbers above 0 only', '0'],
  ['box-cox', [2, null, 2], 'with different values', '2 only'],
  ['yeo-johnson', [null, null], 'with at least one value', '2 rows in which it is missing'],
  ['yeo-johnson', [1e153, -1e153, 2e153, 5], 'for which there is a best exponent', 'none'],
])('%s of %j: nothing can be learned', async (method, a, expected, got) => {
  expect(await learn(method, a)).toMatchObject({
    code: 'fit.impossible',
    expected: expect.stringContaining(`"a" ${expected}`),
    got,
  });
});

test('a constant column keeps its values with yeo-johnson', async () => {
  expect(await learn('yeo-johnson', [5, 5, null, 5])).toEqual({ lambda: [1], mean: [5], scale: [1] });
  expect(await learn('yeo-johnson', [0, 0], false)).toEqual({ lambda: [1] });
});

test('the exponent is held where the largest value does not overflow', async () => {
  const { lambda } = (await learn('box-cox', [2003, 1950, 1997, 2000, 2009], false)) as { lambda: [number] };
  // scipy.stats.boxcox warns of the same and returns the same.
  expect(lambda[0]).toBeCloseTo(92.71077985888486, 7);
});
