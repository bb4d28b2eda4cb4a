import { expect, test } from 'vitest';
import { savedNames } from '../../src/cli/saved-names.ts';

test.each([
  [['a/shift.csv'], ['shift']],
  [['shift.csv.gz'], ['shift']],
  [['night.2026-11-21.ndjson.zst'], ['night.2026-11-21']],
  [['readings'], ['readings']],
  [['.csv'], ['.csv']],
])('%j is saved as %j', (files, names) => {
  expect(savedNames(files)).toEqual(names);
});

test('results of files whose endings alone differ do not write over each other', () => {
  expect(savedNames(['shift.csv', 'day.csv', 'shift.ndjson'])).toEqual(['shift.csv', 'day', 'shift.ndjson']);
});
