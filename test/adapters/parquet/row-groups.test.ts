import { expect, test } from 'vitest';
import { fetchedGroups, wantedOf } from '../../../src/adapters/parquet/row-groups.ts';
import type { ColumnType } from '../../../src/core/parquet/column-type.ts';

const column: ColumnType = {
  name: 'a',
  pointer: '/a',
  physical: 'DOUBLE',
  fixedBytes: 0,
  levels: 0,
  meaning: { kind: 'number' },
};

test('row groups come in their order, the next ones are fetched meanwhile, and no more of them than memory bears', async () => {
  const megabytes = [1, 30, 30, 500, 1, 1, 1];
  const groups = megabytes.map((size, i) =>
    wantedOf({ from: i, rows: i, chunks: new Map([['a', { from: i, to: i + (size << 20), codec: 'SNAPPY' }]]) }, [
      column,
    ]),
  );
  const fetched: number[] = [];
  const file = {
    bytes: 0,
    isAlive: () => {},
    fetch: async ([range]: readonly { from: number }[]) => {
      fetched.push(range!.from);
      return [Uint8Array.of(range!.from)];
    },
  };
  const seen: [rows: number, stored: number, fetched: number][] = [];
  for await (const { group, stored } of fetchedGroups(file, groups)) {
    seen.push([group.rows, stored[0]![0]!, fetched.length]);
  }
  expect(seen).toEqual([
    [0, 0, 3],
    [1, 1, 3],
    [2, 2, 3],
    [3, 3, 4],
    [4, 4, 7],
    [5, 5, 7],
    [6, 6, 7],
  ]);
});
