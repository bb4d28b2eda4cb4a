import { expect, test } from 'vitest';
import type { Column } from '../../../src/core/steps/columns.ts';
import { select } from '../../../src/core/steps/select.ts';
import { StepRun } from './run-steps.ts';

const names = ['a', 'b', 'c', 'd'];
const features = names.map((name) => ({ name, type: 'number' as const }));
const data = [
  [5.1, 3.5, 1.4, 0.2],
  [4.9, 3.0, 1.4, 0.2],
  [7.0, 3.2, 4.7, 1.4],
  [6.4, 3.2, 4.5, 1.5],
  [6.3, 3.3, 6.0, 2.5],
  [5.8, 2.7, 5.1, 1.9],
  [7.1, 3.0, 5.9, 2.1],
];
const table = {
  ...Object.fromEntries(names.map((name, i) => [name, data.map((row) => row[i]!)])),
  kind: ['x', 'x', 'y', 'y', 'z', 'z', 'z'],
  yield: [1, 2, 3, 4, 5, 6, 8],
};

const runOf = (step: object, fitted: unknown = null) =>
  new StepRun(
    { features, steps: [{ step: 'select', features: names, as: 's', ...step }] as never, fitRows: {} },
    [fitted],
    13,
  );
const learn = (step: object, rows: Record<string, (number | string | null)[]> = table) => runOf(step).learn(0, rows, 3);

test.each([
  // F of scikit-learn: 6.43, 0.59, 88.54, 48.50 for the kinds; 3.66, 2.46, 12.72, 11.91 for the yield.
  [{ method: 'k-best', score: 'f_classif', k: 1, target: 'kind' }, ['c']],
  [{ method: 'k-best', score: 'f_classif', k: 3, target: 'kind' }, ['a', 'c', 'd']],
  [{ method: 'k-best', score: 'f_classif', k: 9, target: 'kind' }, names],
  [{ method: 'k-best', score: 'f_regression', k: 2, target: 'yield' }, ['c', 'd']],
  [{ method: 'variance' }, names],
  [{ method: 'variance', threshold: 0.6 }, ['a', 'c', 'd']],
])('%j keeps what scikit-learn keeps', async (step, keep) => {
  expect(await learn(step)).toEqual({ keep });
});

test('a constant column has no variance and the worst score', async () => {
  const rows = { ...table, b: data.map(() => 0.1) };
  expect(await learn({ method: 'variance' }, rows)).toEqual({ keep: ['a', 'c', 'd'] });
  expect(await learn({ method: 'k-best', score: 'f_classif', k: 3, target: 'kind' }, rows)).toEqual({
    keep: ['a', 'c', 'd'],
  });
  expect(await learn({ method: 'k-best', score: 'f_regression', k: 3, target: 'yield' }, rows)).toEqual({
    keep: ['a', 'c', 'd'],
  });
});

test('of equal scores the later column is kept', async () => {
  const rows = { ...table, b: data.map((row) => 2 * row[2]!), c: data.map((row) => row[2]!) };
  const step = { method: 'k-best', score: 'f_regression', k: 1, target: 'b' };
  expect(await learn(step, rows)).toEqual({ keep: ['c'] });
});

test.each([
  [
    { method: 'k-best', score: 'f_classif', k: 1, target: 'kind' },
    { ...table, b: [...table.yield.slice(1), null] },
    '"b"',
  ],
  [
    { method: 'k-best', score: 'f_regression', k: 1, target: 'yield' },
    { ...table, yield: [Number.NaN, 1, 2, 3, 4, 5, 6] },
    '"yield"',
  ],
  [{ method: 'k-best', score: 'f_classif', k: 1, target: 'kind' }, { ...table, kind: data.map(() => 'x') }, '"kind"'],
  [{ method: 'variance', threshold: 100 }, table, '"a"'],
])('%j learns nothing from a missing value, a single class, too little variance', async (step, rows, named) => {
  expect(await learn(step, rows as never)).toMatchObject({
    code: 'fit.impossible',
    expected: expect.stringContaining(named),
  });
});

test('what is kept by hand comes in the order given, of any kind, and costs no operator', async () => {
  const { values, width } = await runOf({ method: 'keep', keep: ['d', 'a'] }).compute(['s'], table);
  expect(width).toBe(2);
  expect([...values]).toEqual(data.flatMap((row) => [row[3], row[0]]));
});

test('a kept column must be one of the features', () => {
  const columns = names.map(
    (name, index): Column => ({ name, kind: 'number', value: 'v', index, width: 4, mayBeMissing: true }),
  );
  const spec = select.schema.parse({ step: 'select', features: names, as: 's', method: 'keep', keep: ['a', 'e'] });
  expect(select.checkColumns(spec, undefined, columns)).toMatchObject([{ path: '/keep/1', got: '"e"' }]);
});
