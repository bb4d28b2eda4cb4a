import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byCodePoint } from '../../../../src/core/steps/code-point-order.ts';
import { CategoryCountsLearner } from '../../../../src/core/steps/learn/category-counts.ts';
import { ColumnValuesLearner } from '../../../../src/core/steps/learn/column-values.ts';
import { ExtentsLearner } from '../../../../src/core/steps/learn/extents.ts';
import { ModesLearner } from '../../../../src/core/steps/learn/modes.ts';
import { column, learn, named } from './learning.ts';

const nan = Number.NaN;

test('extents leave out what is missing', () => {
  const rows = [
    [nan, 1e300],
    [3, nan],
    [-2, -1e300],
  ];
  expect(learn(new ExtentsLearner(named('a', 'b')), rows).outcome).toEqual([
    { min: -2, max: 3 },
    { min: -1e300, max: 1e300 },
  ]);
});

test('of equally frequent numbers the smallest is the mode', () => {
  const rows = [
    [2, 7],
    [1, 7],
    [2, nan],
    [1, 3],
    [nan, nan],
  ];
  expect(learn(new ModesLearner(named('a', 'b')), rows).outcome).toEqual([1, 7]);
});

test('a mode among too many different values is refused', () => {
  const { outcome } = learn(new ModesLearner(named('a'), 3), column([1, 2, 3, 1, 4]));
  expect(outcome).toMatchObject({ code: 'fit.impossible', expected: expect.stringContaining('"a" with at most 3') });
  expect(learn(new ModesLearner(named('a'), 3), column([1, 2, 3, 3])).outcome).toEqual([3]);
});

test('all values of a column, as long as they fit', () => {
  const rows = [
    [1, nan],
    [2, 5],
    [3, 6],
  ];
  const values = learn(new ColumnValuesLearner(named('a', 'b'), 5), rows).outcome;
  expect(values).toEqual([Float64Array.of(1, 2, 3), Float64Array.of(5, 6)]);
  expect(learn(new ColumnValuesLearner(named('a', 'b'), 4), rows).outcome).toMatchObject({
    code: 'fit.impossible',
    expected: expect.stringContaining('"b" and those beside it with at most 4 values'),
  });
});

test('many values of a column are kept in order', () => {
  const values = Array.from({ length: 5_000 }, (_, i) => i / 3);
  expect(learn(new ColumnValuesLearner(named('a')), column(values)).outcome).toEqual([Float64Array.from(values)]);
});

test('categories are counted by code, without the missing and the unknown', () => {
  const columns = [
    { name: 'a', categories: ['x', 'y', 'z'] },
    { name: 'b', categories: ['u'] },
  ];
  const rows = [
    [0, 0],
    [2, -1],
    [-2, 0],
    [2, 0],
  ];
  expect(learn(new CategoryCountsLearner(columns), rows).outcome).toEqual([[1, 0, 2], [3]]);
  expect(learn(new CategoryCountsLearner(columns), [[0, -1]]).outcome).toMatchObject({
    code: 'fit.impossible',
    expected: expect.stringContaining('"b"'),
    got: '1 rows in which it is missing or unknown',
  });
});

test('texts are ordered by their code points, not by their UTF-16 units', () => {
  const codePoints = (text: string) => Array.from(text, (character) => character.codePointAt(0)!);
  const compare = (a: readonly number[], b: readonly number[]) => {
    const at = a.findIndex((point, i) => point !== b[i]);
    return at < 0 ? a.length - b.length : a[at]! - (b[at] ?? -1);
  };
  expect(['\u{1f600}', '\uff5e', 'b', 'a', 'aa', ''].toSorted(byCodePoint)).toEqual([
    '',
    'a',
    'aa',
    'b',
    '\uff5e',
    '\u{1f600}',
  ]);
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '\ue000', '\uffff', '\u{10000}', '\u{1f600}'),
    maxLength: 4,
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(byCodePoint(a, b))).toBe(Math.sign(compare(codePoints(a), codePoints(b))));
    }),
  );
});
