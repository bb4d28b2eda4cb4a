import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonBytesReader } from '../../../src/core/batch/json-bytes.ts';
import { jsonRowReader, readJsonRows } from '../../../src/core/batch/json-rows.ts';
import { layoutOf } from '../../../src/core/batch/layout.ts';
import { RecordBatch } from '../../../src/core/batch/record-batch.ts';
import { exampleManifest, goodRecord } from '../example-manifest.ts';

const layout = layoutOf(exampleManifest(), new Map());
const long = jsonRowReader(layout);
const names = Object.keys(goodRecord);
const values = Object.values(goodRecord);

/** What the short way makes of a text; undefined when it declines. */
function short(text: string, columns: readonly string[] = names): RecordBatch | undefined {
  const batch = new RecordBatch(layout);
  return jsonBytesReader(layout).appendLists(batch, Buffer.from(text), columns) ? batch : undefined;
}

const contentOf = (batch: RecordBatch) => ({
  length: batch.length,
  numbers: [...batch.numbers.subarray(0, batch.length * layout.numberCount)],
  categories: [...batch.categories.subarray(0, batch.length * layout.categoryCount)],
  texts: Array.from({ length: batch.length * layout.textCount }, (_, i) => batch.texts[i]),
  keys: Array.from({ length: batch.length }, (_, i) => batch.keys[i]),
});

/** What the long way makes of the same rows as objects; undefined when something is wrong with them. */
function longWay(rows: readonly (readonly unknown[])[], columns: readonly string[]) {
  const records = rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
  const { batch, faults } = readJsonRows(layout, long, records);
  return faults.size === 0 ? contentOf(batch) : undefined;
}

/** The short way must agree with the long one wherever it does not decline. */
function agrees(rows: readonly (readonly unknown[])[], columns: readonly string[] = names): 'taken' | 'declined' {
  const text = JSON.stringify(rows);
  const batch = short(text, columns);
  if (batch === undefined) return 'declined';
  expect(contentOf(batch), text).toEqual(longWay(rows, columns));
  return 'taken';
}

describe('the common case is taken, and read as the long way reads it', () => {
  test('rows in any order of columns, with others between them', () => {
    expect(agrees([values, values])).toBe('taken');
    expect(agrees([values.toReversed()], names.toReversed())).toBe('taken');
    expect(agrees([['x', ...values, 7, null, true]], ['before', ...names, 'n', 'o', 't'])).toBe('taken');
  });

  test('blanks wherever JSON has them', () => {
    expect(short(` ${JSON.stringify([values, values], null, 2)} `)?.length).toBe(2);
  });

  test('a feature without a column is missing in every row', () => {
    const without = names.map((_, column) => agrees([values], names.toSpliced(column, 1)));
    const kept = names.map((_, column) =>
      agrees([values.toSpliced(column, 1), values.toSpliced(column, 1)], names.toSpliced(column, 1)),
    );
    expect(new Set(without)).toEqual(new Set(['declined']));
    expect(new Set(kept)).toEqual(new Set(['taken', 'declined']));
  });
});

describe('everything else is declined', () => {
  test.each([
    '[]',
    '[[]]',
    JSON.stringify([goodRecord]),
    JSON.stringify([values.slice(1)]),
    JSON.stringify([[...values, 1]]),
    JSON.stringify([values, values.slice(1)]),
    JSON.stringify([values]).slice(0, -1),
    `${JSON.stringify([values])} x`,
    `${JSON.stringify([values])},`,
    JSON.stringify([values]).replace(']]', ',]]'),
    JSON.stringify([[values]]),
  ])('%s', (text) => {
    expect(short(text)).toBeUndefined();
  });

  test('a column that comes twice', () => {
    expect(short(JSON.stringify([[...values, values[0]]]), [...names, names[0] as string])).toBeUndefined();
    expect(short(JSON.stringify([[...values, 1, 2]]), [...names, 'more', 'more'])).toBeUndefined();
  });
});

test('whatever the values are, the short way agrees or declines', () => {
  const value = fc.oneof(fc.double(), fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.constant([1]));
  const row = fc.tuple(...values.map((good) => fc.oneof({ weight: 8, arbitrary: fc.constant(good) }, value)));
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
      agrees(rows);
    }),
    { numRuns: 500 },
  );
});
