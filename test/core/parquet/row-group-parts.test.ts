import { expect, test } from 'vitest';
import { canBeCutBetween, cutRowGroups } from '../../../src/core/parquet/row-group-parts.ts';

const groupsOf = (...rows: readonly number[]) => rows.map((each, i) => ({ byte: 4 + 100 * i, rows: each }));
const whole = { bytes: Number.MAX_SAFE_INTEGER, rows: Number.MAX_SAFE_INTEGER };
const cut = (groups: ReturnType<typeof groupsOf>, size: Partial<typeof whole>) =>
  cutRowGroups(groups, { ...whole, ...size }, 700).map(({ from, endByte, rows }) => [
    from.row,
    from.byte,
    endByte,
    rows,
  ]);

test('parts are row groups that lie side by side, as many as make a part', () => {
  const groups = groupsOf(10, 20, 30, 40, 50);
  expect(cut(groups, { bytes: 150 })).toEqual([
    [0, 0, 204, 30],
    [30, 204, 404, 70],
    [100, 404, 700, 50],
  ]);
  expect(cut(groups, { rows: 60 })).toEqual([
    [0, 0, 304, 60],
    [60, 304, 404, 40],
    [100, 404, 700, 50],
  ]);
});

test.each([
  ['one row group', groupsOf(1_000)],
  ['no row group', []],
  ['row groups that lie out of their order', groupsOf(300, 300, 400).toReversed()],
  ['row groups that lie in each other', [...groupsOf(500), ...groupsOf(500)]],
])('a file of %s is of one piece', (_, groups) => {
  expect(canBeCutBetween(groups)).toBe(false);
  expect(canBeCutBetween(groupsOf(300, 300, 400))).toBe(true);
});

test('row groups without rows make no part of their own', () => {
  expect(cut(groupsOf(0, 0, 10, 0, 10), { bytes: 10 })).toEqual([
    [0, 0, 304, 10],
    [10, 304, 700, 10],
  ]);
});
