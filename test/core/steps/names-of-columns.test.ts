import { expect, test } from 'vitest';
import { StepRun } from './run-steps.ts';

const features = ['a', 'b'].map((name) => ({ name, type: 'number' as const }));
const rows = { a: [1, 2], b: [10, 20] };
const cap = (...names: string[]) => ({ step: 'clip', features: names, method: 'bounds', max: 3 });

async function valuesAfter(steps: readonly object[], names: readonly string[]): Promise<number[]> {
  const run = new StepRun({ features, steps: steps as never, fitRows: {} }, [], 13);
  return [...(await run.compute(names, rows)).values];
}

test('what is done to one column of a group holds for the group', async () => {
  const products = { step: 'polynomial', features: ['a', 'b'], as: 'p' };
  const before = [1, 10, 1, 10, 100, 2, 20, 4, 40, 400];
  expect(await valuesAfter([products], ['p'])).toEqual(before);
  expect(await valuesAfter([products, cap('b^2')], ['p'])).toEqual(before.map((each) => (each >= 100 ? 3 : each)));
  expect(await valuesAfter([products, cap('b^2')], ['a b', 'b^2'])).toEqual([10, 3, 40, 3]);
});

test('what is done to a selection holds for the columns selected', async () => {
  const selection = { step: 'select', features: ['a', 'b'], method: 'keep', keep: ['b'], as: 's' };
  expect(await valuesAfter([selection, cap('s')], ['a', 'b', 's'])).toEqual([1, 3, 3, 2, 3, 3]);
  expect(await valuesAfter([selection, cap('b')], ['a', 'b', 's'])).toEqual([1, 3, 3, 2, 3, 3]);
});

test('a group made later leaves the columns of an earlier one alone, even of the same name', async () => {
  const first = { step: 'polynomial', features: ['a', 'b'], as: 'p' };
  const second = { ...first, as: 'q' };
  expect(await valuesAfter([first, cap('b'), second], ['p'])).toEqual([1, 3, 1, 10, 100, 2, 3, 4, 40, 400]);
  expect(await valuesAfter([first, cap('b'), second], ['q'])).toEqual([1, 3, 1, 3, 9, 2, 3, 4, 6, 9]);
});
