import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readParquet } from '../../../src/adapters/parquet/read-parquet.ts';
import type { ColumnValues } from '../../../src/core/parquet/column-values.ts';
import type { PieceGroup } from '../../../src/core/parquet/parquet-piece.ts';
import { hasSharedData, sharedData } from '../../shared-data.ts';
import { openBytes } from './stored-file.ts';

type Value = number | string | boolean | null;

const vectors = (name: string) => fileURLToPath(new URL(`../../vectors/parquet/${name}`, import.meta.url));
const expected = JSON.parse(await readFile(vectors('values.json'), 'utf8')) as Record<string, Record<string, Value[]>>;

/** Values as the vectors have them: whole numbers of 64 bits as texts, null where there is none. */
function plainValues(column: ColumnValues): Value[] {
  if (column.kind === 'texts')
    return Array.from(column.values, (at, row) => (column.missing?.[row] === 1 ? null : column.texts[at]!));
  return Array.from<number | bigint, Value>(column.values, (value, row) => {
    if (column.missing?.[row] === 1) return null;
    if (column.kind === 'booleans') return value === 1;
    return typeof value === 'bigint' ? String(value) : value;
  });
}

/** All values of these columns, by name. */
async function valuesOf(bytes: Uint8Array, wanted: readonly string[]): Promise<Record<string, Value[]>> {
  const found: Record<string, Value[]> = {};
  let names: readonly string[] = [];
  for await (const piece of readParquet(openBytes(bytes), wanted)) {
    if (piece.kind === 'columns') {
      names = piece.columns.map(({ name }) => name);
      for (const name of names) found[name] = [];
    } else for (const [i, column] of piece.columns.entries()) found[names[i]!]!.push(...plainValues(column));
  }
  return found;
}

const ours = [
  'plain',
  'dictionary',
  'dictionary-v2',
  'brotli',
  'zstd-checksums',
  'lz4',
  'small-pages',
  'three-groups',
  'int96',
  'decimal-as-integer',
  'delta',
];

test.each(ours)('%s.parquet: each kind of value is what pyarrow reads', async (name) => {
  const values = expected['plain.parquet']!;
  expect(await valuesOf(await readFile(vectors(`${name}.parquet`)), Object.keys(values))).toEqual(values);
});

const theirs = Object.keys(expected).filter((name) => !existsSync(vectors(name)));

describe.skipIf(!hasSharedData)('files that others made (skipped where ../shared is absent)', () => {
  test.each(theirs)('%s: values are what pyarrow reads', async (name) => {
    const values = expected[name]!;
    expect(await valuesOf(await readFile(sharedData('parquet', name)), Object.keys(values))).toEqual(values);
  });

  test('each width of differences, by the values that came with the file', async () => {
    const [head = '', ...lines] = (await readFile(sharedData('parquet', 'delta_binary_packed_expect.csv'), 'utf8'))
      .trimEnd()
      .split('\n');
    const names = head.split(',');
    const rows = lines.map((line) => line.split(','));
    const found = await valuesOf(await readFile(sharedData('parquet', 'delta_binary_packed.parquet')), names);
    expect(found).toEqual(
      Object.fromEntries(names.map((name, i) => [name, rows.map((row) => asFound(name, row[i]!))])),
    );
  });
});

const asFound = (name: string, cell: string): Value => (name === 'int_value' ? Number(cell) : cell);

test('only columns that are asked for are read, by name or JSON Pointer; lists are not', async () => {
  const bytes = await readFile(vectors('plain.parquet'));
  const found = await valuesOf(bytes, ['/nested/inner', 'list', 'nowhere', 'int8']);
  expect(Object.keys(found)).toEqual(['int8', 'nested.inner']);
});

describe('what is no Parquet file, or a broken one, is a fault of that file', () => {
  test.each([
    ['nothing', Buffer.alloc(0), 'a file of 0 bytes'],
    ['a text', Buffer.from('a,b\n1,2\n3,4\n'), 'does not end with PAR1'],
    ['a footer longer than the file', Buffer.from('PAR1\xff\xff\xff\x7fPAR1', 'latin1'), 'longer than the file'],
  ])('%s', async (_, bytes, message) => {
    const failure = { code: 'parquet.malformed', retryable: false, message: expect.stringContaining(message) };
    await expect(valuesOf(bytes, ['a'])).rejects.toMatchObject(failure);
  });

  test('what reading the file throws is thrown on', async () => {
    const file = openBytes(await readFile(vectors('plain.parquet')));
    const broken = {
      ...file,
      read: () => {
        throw new Error('overwritten');
      },
    };
    const read = async () => {
      for await (const _ of readParquet(broken, ['int8']));
    };
    await expect(read()).rejects.toThrow('overwritten');
  });
});

test('the row groups that begin in a range of the file are read alone, and each range has its own', async () => {
  const bytes = await readFile(vectors('three-groups.parquet'));
  const columns = async (range?: { from: number; to: number }) => {
    let groups: readonly PieceGroup[] = [];
    const values: number[] = [];
    for await (const piece of readParquet(openBytes(bytes), ['int8'], range)) {
      if (piece.kind === 'columns') groups = piece.groups;
      else values.push(...(piece.columns[0]!.values as Float64Array));
    }
    return { groups, values };
  };
  const { groups, values: all } = await columns();
  expect(groups).toHaveLength(3);
  const starts = [0, groups[1]!.byte, groups[2]!.byte, bytes.length];
  const parts: number[][] = [];
  for (const [i, from] of starts.slice(0, -1).entries()) {
    parts.push((await columns({ from, to: starts[i + 1]! })).values);
  }
  expect(parts.map(({ length }) => length)).toEqual(groups.map(({ rows }) => rows));
  expect(parts.flat()).toEqual(all);
  expect((await columns({ from: 0, to: 0 })).values).toEqual([]);
});
