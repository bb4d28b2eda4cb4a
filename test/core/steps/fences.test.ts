import { expect, test } from 'vitest';
import { StepRun } from './run-steps.ts';
import type { Table } from './vectors.ts';

const features = ['a', 'b'].map((name) => ({ name, type: 'number' }) as const);
const table: Table = { a: [1, 2, 3, null, 100], b: [5, 'inf', '-inf', 0, null] };
const runOf = (step: object, fitted: unknown = null) =>
  new StepRun({ features, steps: [step as never], fitRows: table }, [fitted], 13);

test('outliers lie beyond a fence, not on it; what is missing is none; the columns stay as they are', async () => {
  const step = { step: 'outliers', features: ['a', 'b'], method: 'bounds', min: 1, max: 5, action: 'flag' };
  const run = runOf(step);
  expect([...(await run.outliers(table)).values]).toEqual([0, 0, 0, 1, 0, 1, 0, 1, 1, 0]);
  expect([...(await run.compute(['a'], table)).values]).toEqual([1, 2, 3, Number.NaN, 100]);
});

test('learned fences are those of the column', async () => {
  const step = { step: 'outliers', features: ['a', 'b'], method: 'iqr', action: 'reject' };
  const run = runOf(step, { min: [2, -1], max: [50, 1] });
  expect([...(await run.outliers(table)).values]).toEqual([1, 1, 0, 1, 0, 1, 0, 0, 1, 0]);
});

test('interquartile fences', async () => {
  const rows: Table = { a: [1, 2, 3, null, 100], b: [0, 0, 0, 0, 0] };
  const learned = await runOf({ step: 'clip', features: ['a', 'b'], method: 'iqr', k: 2 }).learn(0, rows, 2);
  // Quartiles of 1, 2, 3, 100 by linear interpolation: 1.75 and 27.25.
  expect(learned).toEqual({ min: [1.75 - 51, 0], max: [27.25 + 51, 0] });
});

test('one bound leaves the other side open', async () => {
  const run = runOf({ step: 'clip', features: ['b'], method: 'bounds', max: 4 });
  expect([...(await run.compute(['b'], table)).values]).toEqual([4, 4, Number.NEGATIVE_INFINITY, 0, Number.NaN]);
});

test('fences that no float64 holds are a fault that names the column', async () => {
  const rows: Table = { a: [0, 0, 0], b: [1e300, -1e300, 0] };
  const learned = await runOf({ step: 'clip', features: ['a', 'b'], method: 'zscore' }).learn(0, rows, 2);
  expect(learned).toMatchObject({ code: 'fit.impossible', expected: expect.stringContaining('"b"'), got: '-Infinity' });
});

test.each([
  ['one too few', { min: [1, 2], max: [1] }, '/steps/0/values/max'],
  ['one too many', { min: [1, 2, 3], max: [4, 5] }, '/steps/0/values/min'],
])('values for other columns are a fault: %s', async (_, values, path) => {
  const run = runOf({ step: 'clip', features: ['a', 'b'], method: 'iqr' }, values);
  await expect(run.compute(['a'], table)).rejects.toThrow(path);
});
