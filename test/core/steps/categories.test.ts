import { expect, test } from 'vitest';
import type { Feature } from '../../../src/core/manifest/features.ts';
import type { Column } from '../../../src/core/steps/columns.ts';
import { oneHot } from '../../../src/core/steps/one-hot.ts';
import { ordinal } from '../../../src/core/steps/ordinal.ts';
import { StepRun } from './run-steps.ts';
import type { Table } from './vectors.ts';

const color: Feature = { name: 'color', type: 'category', categories: ['red', 'green', 'blue'] };
const letter: Feature = { name: 'letter', type: 'category' };
/** Columns of both features; "violet" and "z" are in no vocabulary. */
const fitRows: Table = {
  color: ['red', null, 'red', 'blue', 'blue', 'red', null, 'red', 'blue'],
  letter: ['a', 'a', 'b', 'b', 'c', 'd', 'd', 'd', 'e'],
};
const rows: Table = {
  color: ['green', null, 'violet', 'blue', 'red', 'red'],
  letter: ['e', 'a', 'z', null, 'd', 'c'],
};

const runOf = (step: object, fitted: unknown = null, opset = 13) =>
  new StepRun(
    { features: [color, letter], steps: [{ features: ['color', 'letter'], ...step }] as never, fitRows },
    [fitted],
    opset,
  );
const letters = ['a', 'b', 'c', 'd', 'e'];
const fitted = { categories: [['red', 'green', 'blue'], letters] };

test('categories are learned as declared, or in the order of their code points', async () => {
  for (const step of ['one-hot', 'ordinal']) expect(await runOf({ step }).learn(0, fitRows, 4)).toEqual(fitted);
});

test.each([
  [{ minFrequency: 2 }, [['green'], ['c', 'e']]],
  [{ minFrequency: 0.3 }, [['green'], ['a', 'b', 'c', 'e']]],
  [{ maxCategories: 3 }, [['green'], ['a', 'c', 'e']]],
  [
    { maxCategories: 2, minFrequency: 3 },
    [
      ['green', 'blue'],
      ['a', 'b', 'c', 'e'],
    ],
  ],
  [{ maxCategories: 1 }, [['red', 'green', 'blue'], letters]],
  [{ maxCategories: 4 }, [[], ['c', 'e']]],
])('%j finds the infrequent categories of OneHotEncoder', async (options, infrequent) => {
  expect(await runOf({ step: 'one-hot', ...options }).learn(0, fitRows, 4)).toEqual({ ...fitted, infrequent });
});

test.each([9, 13, 21])(
  'opset %i: an indicator for each category; none for what is missing or unknown',
  async (opset) => {
    const { values } = await runOf({ step: 'one-hot' }, fitted, opset).compute(['color', 'letter'], rows);
    expect([...values]).toEqual(
      [
        [0, 1, 0, 0, 0, 0, 0, 1],
        [0, 0, 0, 1, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 1, 0, 0, 0, 0, 0],
        [1, 0, 0, 0, 0, 0, 1, 0],
        [1, 0, 0, 0, 0, 1, 0, 0],
      ].flat(),
    );
  },
);

test.each([9, 13, 21])('opset %i: infrequent categories share the last indicator', async (opset) => {
  const shared = { ...fitted, infrequent: [[], ['c', 'e']] };
  const names = ['letter_a', 'letter_b', 'letter_d', 'letter_infrequent'];
  const { values } = await runOf({ step: 'one-hot' }, shared, opset).compute(names, rows);
  const marks = [3, 0, undefined, undefined, 2, 3];
  expect([...values]).toEqual(marks.flatMap((mark) => names.map((_, i) => Number(i === mark))));
});

test.each([
  ['none', ['c', 'e'], ['letter_a', 'letter_b', 'letter_d', 'letter_infrequent']],
  ['first', ['c', 'e'], ['letter_b', 'letter_d', 'letter_infrequent']],
  ['first', ['a', 'b', 'c', 'e'], ['letter_infrequent']],
  ['if_binary', ['a', 'b', 'c', 'e'], ['letter_infrequent']],
  ['if_binary', ['a', 'c', 'e'], ['letter_b', 'letter_d', 'letter_infrequent']],
])('drop %s, with %j infrequent, leaves %j', async (drop, infrequent, names) => {
  const run = runOf({ step: 'one-hot', drop }, { ...fitted, infrequent: [[], infrequent] });
  expect(await run.compute(['letter'], rows)).toEqual(await run.compute(names, rows));
});

test.each([9, 13, 21])('opset %i: positions, with a number of its own for what is unknown', async (opset) => {
  const turned = {
    categories: [
      ['blue', 'red', 'green'],
      ['e', 'd', 'c', 'b'],
    ],
  };
  const step = { step: 'ordinal', unknown: 'value', unknownValue: -7 };
  const { values } = await runOf(step, turned, opset).compute(['color', 'letter'], rows);
  const { NaN: missing } = Number;
  expect([...values]).toEqual([2, 0, missing, -7, -7, -7, 0, missing, 1, 1, 1, 2]);
});

test.each(['one-hot', 'ordinal'])('%s: a column without any category is a fault that names it', async (step) => {
  const empty: Table = { color: ['red'], letter: [null] };
  expect(await runOf({ step }).learn(0, empty, 1)).toMatchObject({
    code: 'fit.impossible',
    expected: expect.stringContaining('"letter"'),
  });
});

test('a category that impute added takes its place in the order of code points, at the end of a declared order', async () => {
  const steps = [
    { step: 'impute', features: ['color', 'letter'], strategy: 'constant', fill: 'bb' },
    { step: 'one-hot', features: ['color', 'letter'], minFrequency: 2 },
  ];
  const table: Table = { ...fitRows, letter: ['a', 'a', 'c', null, null, null, 'd', 'd', 'd'] };
  const run = new StepRun({ features: [color, letter], steps: steps as never, fitRows: table }, [null], 13);
  expect(await run.learn(1, table, 4)).toEqual({
    categories: [
      ['red', 'green', 'blue', 'bb'],
      ['a', 'bb', 'c', 'd'],
    ],
    infrequent: [['green'], ['c']],
  });
  const without = { ...table, letter: ['a', 'a', 'c', 'c', 'd', 'c', 'd', 'd', 'd'] };
  expect(await run.learn(1, without, 4)).toMatchObject({ categories: [expect.any(Array), ['a', 'c', 'd']] });
});

const columnsOf = (names: readonly string[]): Column[] =>
  names.map((name, index) => ({ name, kind: 'category', value: 'v', index, width: names.length, mayBeMissing: true }));

test.each([
  ['lists for fewer columns', { drop: 'none' }, { categories: [letters] }, '/values/categories'],
  ['a drop that leaves nothing', { drop: 'first' }, { categories: [['a'], ['b']] }, '/drop'],
])('%s: a fault of one-hot', (_, options, values, path) => {
  const spec = oneHot.schema.parse({ step: 'one-hot', features: ['a', 'b'], ...options });
  expect(oneHot.checkColumns(spec, values, columnsOf(['a', 'b']))).toMatchObject([{ code: 'manifest.invalid', path }]);
});

test('what stands for an unknown category is the position of no other', () => {
  const spec = (unknownValue: number) =>
    ordinal.schema.parse({ step: 'ordinal', features: ['a'], unknown: 'value', unknownValue });
  const check = (unknownValue: number) =>
    ordinal.checkColumns(spec(unknownValue), { categories: [letters] }, columnsOf(['a']));
  expect(check(4)).toMatchObject([{ path: '/unknownValue', got: '4' }]);
  for (const free of [-1, 5, 2.5]) expect(check(free)).toEqual([]);
});
