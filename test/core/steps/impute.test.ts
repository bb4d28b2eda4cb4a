import { expect, test } from 'vitest';
import type { Feature } from '../../../src/core/manifest/features.ts';
import type { Column } from '../../../src/core/steps/columns.ts';
import { impute } from '../../../src/core/steps/impute.ts';
import { StepRun } from './run-steps.ts';
import type { Table } from './vectors.ts';

const colors: Table = { color: ['red', null, 'blue', 'red', 'blue', null, 'green', 'violet'] };
const color: Feature = { name: 'color', type: 'category', categories: ['red', 'green', 'blue'] };

const runOf = (step: object, fitted: unknown = null, fitRows: Table = colors) =>
  new StepRun({ features: [color], steps: [step as never], fitRows }, [fitted], 9);

test('of equally frequent categories the first by code point is learned', async () => {
  const step = { step: 'impute', features: ['color'], strategy: 'most_frequent' };
  expect(await runOf(step).learn(0, colors, 3)).toEqual({ fill: ['blue'] });
});

test('a missing category becomes the fill, an unknown one stays unknown, and the indicator tells them apart', async () => {
  const step = { step: 'impute', features: ['color'], strategy: 'most_frequent', indicator: true };
  const run = runOf(step, { fill: ['blue'] });
  expect([...(await run.compute(['color'], colors)).values]).toEqual([0, 2, 2, 0, 2, 2, 1, -2]);
  expect([...(await run.compute(['color_missing'], colors)).values]).toEqual([0, 1, 0, 0, 0, 1, 0, 0]);
});

test('a constant outside the vocabulary becomes its last category', async () => {
  const run = runOf({ step: 'impute', features: ['color'], strategy: 'constant', fill: 'none' });
  expect([...(await run.compute(['color'], colors)).values]).toEqual([0, 3, 2, 0, 2, 3, 1, -2]);
});

test('a column without any value is a fault that names it', async () => {
  const empty: Table = { color: [null, null] };
  const step = { step: 'impute', features: ['color'], strategy: 'most_frequent' };
  expect(await runOf(step, null, empty).learn(0, empty, 1)).toMatchObject({
    code: 'fit.impossible',
    expected: expect.stringContaining('"color"'),
  });
});

const column = (name: string, kind: Column['kind']): Column => ({
  name,
  kind,
  value: 'numbers',
  index: 0,
  width: 1,
  mayBeMissing: true,
});
const spec = impute.schema.parse({ step: 'impute', features: ['a'], strategy: 'most_frequent' });

test.each([
  ['numbers and categories at once', { fill: [1, 2] }, [column('a', 'number'), column('b', 'category')], '/features'],
  ['too few fills', { fill: [1] }, [column('a', 'number'), column('b', 'number')], '/values/fill'],
  ['a category for a number', { fill: ['x'] }, [column('a', 'number')], '/values/fill/0'],
  ['a number for a category', { fill: [1] }, [column('a', 'category')], '/values/fill/0'],
])('%s: a fault', (_, values, columns, path) => {
  expect(impute.checkColumns(spec, values, columns)).toMatchObject([{ code: 'manifest.invalid', path }]);
});
