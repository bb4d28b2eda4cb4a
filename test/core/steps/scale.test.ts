import { expect, test } from 'vitest';
import { StepRun } from './run-steps.ts';
import type { Cell, Table } from './vectors.ts';

const features = [{ name: 'a', type: 'number' }] as const;

const learn = (step: object, values: readonly Cell[]) => {
  const fitRows: Table = { a: values };
  const spec = { step: 'scale', features: ['a'], ...step };
  return new StepRun({ features, steps: [spec as never], fitRows }, [null], 21).learn(0, fitRows, 2);
};

const compute = async (step: object, fitted: object, values: readonly Cell[]) => {
  const rows: Table = { a: values };
  const spec = { step: 'scale', features: ['a'], ...step };
  const run = new StepRun({ features, steps: [spec as never], fitRows: rows }, [fitted], 21);
  return [...(await run.compute(['a'], rows)).values];
};

test.each([
  [{ method: 'standard' }, { mean: [0.5], scale: [1] }],
  [{ method: 'maxabs' }, { scale: [0.5] }],
  [{ method: 'robust' }, { center: [0.5], scale: [1] }],
  [{ method: 'minmax' }, { min: [0.5], max: [0.5] }],
])('%j: a constant column is divided by 1', async (step, values) => {
  expect(await learn(step, [0.5, null, 0.5])).toEqual(values);
  expect((await compute(step, values, [0.5])).every(Number.isFinite)).toBe(true);
});

test('ranges below ten times the float64 epsilon count as none, as in scikit-learn', async () => {
  expect(await learn({ method: 'maxabs' }, [2e-15, 0])).toEqual({ scale: [1] });
  expect(await learn({ method: 'maxabs' }, [3e-15, 0])).toEqual({ scale: [3e-15] });
  expect(await learn({ method: 'robust' }, [1e-15, 0, 2e-15])).toEqual({ center: [1e-15], scale: [1] });
  expect(await compute({ method: 'minmax' }, { min: [0], max: [2e-15] }, [2e-15])).toEqual([2e-15]);
});

test('a scale of 0 that a person wrote counts as 1', async () => {
  expect(await compute({ method: 'standard' }, { mean: [1], scale: [0] }, [3, null])).toEqual([2, Number.NaN]);
});

test('values of another method are a fault', async () => {
  await expect(compute({ method: 'robust' }, { mean: [1], scale: [1] }, [1])).rejects.toThrow('/steps/0/values/center');
});

test('a range that no float64 holds is a fault that names the column', async () => {
  const fault = { code: 'fit.impossible', expected: expect.stringContaining('"a"'), got: 'Infinity' };
  expect(await learn({ method: 'robust' }, [-1.7e308, -1.7e308, 1.7e308, 1.7e308])).toMatchObject(fault);
});
