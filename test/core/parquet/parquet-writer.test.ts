import { expect, test } from 'vitest';
import { parquetPieces } from '../../../src/adapters/parquet/parquet-pieces.ts';
import { parquetLines } from '../../../src/core/formats/parquet-lines.ts';
import { TextBuffer } from '../../../src/core/formats/text-buffer.ts';
import type { Score } from '../../../src/core/outputs/read-outputs.ts';
import { ParquetWriter } from '../../../src/core/parquet/parquet-writer.ts';

/** What a reader finds in a file, by column. */
async function readBack(bytes: Uint8Array, names: readonly string[]): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  const file = {
    bytes: bytes.length,
    fetch: async (ranges: readonly { from: number; to: number }[]) =>
      ranges.map(({ from, to }) => bytes.subarray(from, to)),
    isAlive: () => {},
  };
  let columns: readonly string[] = [];
  for await (const piece of parquetPieces(file, names)) {
    if (piece.kind === 'columns') columns = piece.columns.map(({ name }) => name);
    else {
      for (const [i, column] of piece.columns.entries()) {
        const name = columns[i]!;
        found[name] ??= [];
        for (const value of column.values) {
          found[name].push(column.kind === 'texts' ? column.texts[Number(value)] : value);
        }
      }
    }
  }
  return found;
}

test('rows of each kind, in several row groups, are read back as they were written', async () => {
  const rows = 70_000;
  const writer = new ParquetWriter([
    { name: 'row', kind: 'integer' },
    { name: 'small', kind: 'float32' },
    { name: 'large', kind: 'float64' },
    { name: 'flag', kind: 'boolean' },
    { name: 'text', kind: 'text' },
  ]);
  const parts = [writer.begin()];
  for (let row = 0; row < rows; row++) {
    const group = writer.append([row, Math.fround(row / 3), row / 3, row % 3 === 0, `Größe ${row % 10}`]);
    if (group !== undefined) parts.push(group);
  }
  parts.push(writer.end());
  expect(parts).toHaveLength(3);
  const found = await readBack(Buffer.concat(parts), ['row', 'small', 'large', 'flag', 'text']);
  expect(found.row).toHaveLength(rows);
  for (const row of [0, 1, 65_535, 65_536, rows - 1]) {
    expect([found.row![row], found.small![row], found.large![row], found.flag![row], found.text![row]]).toEqual([
      BigInt(row),
      Math.fround(row / 3),
      row / 3,
      row % 3 === 0 ? 1 : 0,
      `Größe ${row % 10}`,
    ]);
  }
});

test('scores become columns: the row, what is repeated, and a column for each part of an output', async () => {
  const lines = parquetLines(['id'], new Set(['by']));
  const out = new TextBuffer();
  const score = (i: number): Score => ({ label: 'ok', by: { a: Math.fround(i / 7), b: 1 }, exact: 0.1, flag: i > 0 });
  lines.head(out, score(0));
  for (let i = 0; i < 3; i++) lines.row(out, 2 * i, [i === 1 ? null : `m-${i}`], score(i));
  lines.end?.(out);
  const columns = ['row', 'id', 'label', 'by.a', 'by.b', 'exact', 'flag'];
  expect(await readBack(out.take(), columns)).toEqual({
    row: [0n, 2n, 4n],
    id: ['m-0', '', 'm-2'],
    label: ['ok', 'ok', 'ok'],
    'by.a': [0, Math.fround(1 / 7), Math.fround(2 / 7)],
    'by.b': [1, 1, 1],
    exact: [0.1, 0.1, 0.1],
    flag: [0, 1, 1],
  });
});

test('a result without a row is a whole file, too', async () => {
  const lines = parquetLines(['id'], new Set());
  const out = new TextBuffer();
  lines.end?.(out);
  expect(await readBack(out.take(), ['row', 'id'])).toEqual({});
});
