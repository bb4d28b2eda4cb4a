import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parquetPieces } from '../../../src/adapters/parquet/parquet-pieces.ts';
import { type Layout, layoutOf } from '../../../src/core/batch/layout.ts';
import { CsvRowDecoder } from '../../../src/core/formats/csv-rows.ts';
import { csvLine } from '../../../src/core/formats/csv-text.ts';
import { DecodedRows } from '../../../src/core/formats/decoded-rows.ts';
import { plainCsv } from '../../../src/core/manifest/csv.ts';
import { ParquetRowDecoder, wantedColumns } from '../../../src/core/parquet/parquet-rows.ts';
import { exampleManifest } from '../example-manifest.ts';

const vectors = (name: string) => fileURLToPath(new URL(`../../vectors/parquet/${name}`, import.meta.url));
type Cell = number | string | boolean | null;
const values = JSON.parse(await readFile(vectors('values.json'), 'utf8'))['plain.parquet'] as Record<string, Cell[]>;
const rowCount = values.int8!.length;

const features = [
  { name: 'float64', type: 'number', missing: 'keep' },
  { name: 'float32', type: 'number', missing: 'keep' },
  { name: 'int8', type: 'integer' },
  { name: 'int32', type: 'integer', missing: 'keep' },
  { name: 'uint32', type: 'number' },
  { name: 'boolean', type: 'boolean', missing: 'keep' },
  {
    name: 'text',
    type: 'category',
    categories: ['Größe 0', 'Größe 1', 'Größe 2', 'Größe 3', 'Größe 4'],
    missing: 'keep',
  },
  { name: 'unique', type: 'text' },
  {
    name: 'code',
    aliases: ['int64'],
    type: 'category',
    categories: ['9007199254740992', '-9007199254740993'],
    unknown: 'keep',
    missing: 'keep',
  },
  { name: 'day', type: 'timestamp' },
  { name: 'microseconds', type: 'timestamp', missing: 'keep' },
  { name: 'decimal9', type: 'number' },
  { name: 'inner', aliases: ['/nested/inner'], type: 'number', missing: 'keep' },
];

const layoutFor = (
  chosen: readonly { readonly name: string; readonly [option: string]: unknown }[] = features,
): Layout => {
  const model = { inputs: { values: chosen.map(({ name }) => name) } };
  return layoutOf(exampleManifest({ features: chosen, model, key: { name: 'uint64' } }), new Map());
};

async function decodeParquet(layout: Layout, kept: readonly string[] = [], name = 'plain'): Promise<DecodedRows> {
  const bytes = await readFile(vectors(`${name}.parquet`));
  const file = {
    bytes: bytes.length,
    fetch: async (ranges: readonly { from: number; to: number }[]) =>
      ranges.map(({ from, to }) => bytes.subarray(from, to)),
    isAlive: () => {},
  };
  const rows = new DecodedRows(layout, 4);
  const decoder = new ParquetRowDecoder(layout, kept);
  for await (const piece of parquetPieces(file, wantedColumns(layout, kept))) {
    const wrong = decoder.decode(piece, rows);
    if (wrong !== undefined) throw new Error(JSON.stringify(wrong));
  }
  expect(decoder.rowsSeen).toBe(rowCount);
  return rows;
}

/** The same values as a CSV file has them. */
function decodeCsv(layout: Layout, columns: readonly string[]): DecodedRows {
  const times = new Set(['day', 'microseconds']);
  const cell = (column: string, row: number) => {
    const value = values[column]![row];
    if (value === null || value === undefined) return '';
    return times.has(column) ? new Date(value as number).toISOString() : String(value);
  };
  const text = [columns.map((name) => (name === 'nested.inner' ? '/nested/inner' : name))]
    .concat(Array.from({ length: rowCount }, (_, row) => columns.map((column) => cell(column, row))))
    .map(csvLine)
    .join('');
  const rows = new DecodedRows(layout, 4);
  const decoder = new CsvRowDecoder(layout, plainCsv, []);
  expect(decoder.decode(Buffer.from(text), rows) ?? decoder.finish(rows)).toBeUndefined();
  return rows;
}

const dataOf = ({ batch, faults }: DecodedRows) => ({
  length: batch.length,
  numbers: [...batch.numbers.subarray(0, batch.length * batch.layout.numberCount)],
  categories: [...batch.categories.subarray(0, batch.length * batch.layout.categoryCount)],
  texts: [...batch.texts],
  keys: [...batch.keys],
  faults: faults.map(({ row, code, path }) => ({ row, code, path })),
});

test.each(['plain', 'dictionary', 'three-groups', 'small-pages'])(
  '%s: rows are those of a CSV file with the same values',
  async (name) => {
    const layout = layoutFor();
    const columns = [
      'float64',
      'float32',
      'int8',
      'int32',
      'uint32',
      'boolean',
      'text',
      'unique',
      'int64',
      'day',
      'microseconds',
      'decimal9',
      'nested.inner',
      'uint64',
    ];
    const [parquet, csv] = [dataOf(await decodeParquet(layout, [], name)), dataOf(decodeCsv(layout, columns))];
    expect(parquet).toEqual(csv);
    expect(parquet.length).toBe(rowCount);
  },
);

test('wrong rows are listed by what is wrong with each, and the others stay in their order', async () => {
  const layout = layoutFor([
    { name: 'float64', type: 'number' },
    { name: 'int8', type: 'integer', min: -15 },
    { name: 'unique', type: 'text' },
  ]);
  const rows = await decodeParquet(layout);
  const wrong = new Map<number, string>();
  for (let row = 0; row < rowCount; row++) {
    if (values.float64![row] === null) wrong.set(row, 'feature.missing');
    else if ((values.int8![row] as number) < -15) wrong.set(row, 'feature.out_of_range');
  }
  expect(new Map(rows.faults.toSorted((a, b) => b.row - a.row).map(({ row, code }) => [row, code]))).toEqual(
    new Map([...wrong].toSorted(([a], [b]) => b - a)),
  );
  const good = Array.from({ length: rowCount }, (_, row) => row).filter((row) => !wrong.has(row));
  expect([...rows.places].map(({ row }) => row)).toEqual(good);
  expect(rows.batch.texts).toEqual(good.map((row) => values.unique![row]));
  expect(rows.batch.keys).toEqual(good.map((row) => values.uint64![row]));
});

test('columns are repeated as CSV has them: float32 in its own digits, times in ISO 8601', async () => {
  const rows = await decodeParquet(layoutFor(), ['float32', 'boolean', 'microseconds', 'text', 'uint64']);
  expect(rows.kept).toHaveLength(rowCount);
  expect(rows.kept[0]).toEqual([0.0012301534, true, '1969-12-31T23:59:58.000Z', '', '18446744073709551615']);
  expect(rows.kept[4]!.slice(0, 2)).toEqual([null, false]);
});

describe('a file whose columns do not fit is refused as a whole', () => {
  test.each([
    [
      'a column that is not there',
      [{ name: 'torque', type: 'number' }],
      '/torque',
      'a column "torque" with one value a row',
    ],
    ['a list', [{ name: 'list', type: 'number' }], '/list', 'a column "list" with one value a row'],
    ['texts for numbers', [{ name: 'unique', type: 'number' }], '/unique', 'a column of values that are a number'],
    [
      'two columns for one feature',
      [{ name: 'int8', aliases: ['int32'], type: 'number' }],
      '/int8',
      'one column "int8" or "int32"',
    ],
    ['none of all features', [{ name: 'a', type: 'number', missing: 'keep' }], '/', 'a column of some feature'],
  ])('%s', async (_, wrong, path, expected) => {
    const failure = decodeParquet(layoutFor(wrong));
    await expect(failure).rejects.toThrow(
      JSON.stringify({ code: 'parquet.wrong_columns', path, expected }).slice(0, -1),
    );
  });
});
