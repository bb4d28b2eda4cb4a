import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layoutOf } from '../../../src/core/batch/layout.ts';
import { RecordBatch } from '../../../src/core/batch/record-batch.ts';
import { type CsvPlan, planOf } from '../../../src/core/formats/csv-plan.ts';
import { declined, QuickRows } from '../../../src/core/formats/csv-quick-rows.ts';
import { CsvRowDecoder } from '../../../src/core/formats/csv-rows.ts';
import { DecodedRows } from '../../../src/core/formats/decoded-rows.ts';
import { exampleManifest } from '../example-manifest.ts';

const names = ['pumpId', 'pressure', 'starts', 'open', 'grade', 'note', 'since'];

/** All that comes of a file. A column that is repeated in the result makes every row go the long way. */
function decode(text: string, csv: object, kept: string[]) {
  const manifest = exampleManifest({ csv });
  const layout = layoutOf(manifest, new Map([['numbers', 'float32']]));
  const into = new DecodedRows(layout, 4);
  const decoder = new CsvRowDecoder(layout, manifest.csv, kept);
  const failure = decoder.decode(Buffer.from(text), into) ?? decoder.finish(into);
  const { batch, places, faults } = into;
  const { length } = batch;
  return {
    failure,
    numbers: [...batch.numbers.subarray(0, length * layout.numberCount)],
    categories: [...batch.categories.subarray(0, length * layout.categoryCount)],
    texts: Array.from({ length: length * layout.textCount }, (_, i) => batch.texts[i]),
    keys: Array.from({ length }, (_, i) => batch.keys[i]),
    places: [...places],
    faults,
    rowsSeen: decoder.rowsSeen,
  };
}

const number = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer({ min: -5, max: 200 }).map(String),
  fc.constantFrom('', ' ', '-', '1e2', '+7', '.5', '5.', '-0', ' 3 ', '3\t', '1234567890.5', '0.30000000000000004'),
  fc.constantFrom('1,5', '12,25', '"4"', '"4,5"', '-999', 'NA', 'x', '1e39', '3.5e38', '9007199254740993', '1\r', '"'),
);
const cells = [
  fc.constantFrom('pump-7', '', 'ä', '"a,b"', 'x'.repeat(300)),
  number,
  number,
  fc.constantFrom('true', 'false', '0', '1', 'TRUE', '', ' true', 'constructor'),
  fc.constantFrom('A', 'B', 'Z', '"C"', '', 'NA'),
  fc.constantFrom('note', '', '"a ""b"""', '"two\nlines"', 'ß', '5" pipe', 'NA'),
  fc.oneof(fc.constantFrom('2026-11-21T03:04:05Z', '2026-02-30', '0', '', ' 5'), number),
];
const row = (separator: string) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.tuple(...cells).map((all) => all.join(separator)) },
    { weight: 1, arbitrary: fc.constantFrom('', separator.repeat(6), 'a', `1${separator}2`, separator.repeat(9)) },
  );

describe('what is taken is taken as the long way takes it', () => {
  test.each([
    [{}],
    [{ separator: ';', decimal: ',' }],
    [{ quote: '' }],
    [{ missing: ['', 'NA'] }],
    [{ missing: ['-999'] }],
  ])('%j', (csv: object) => {
    const separator = 'separator' in csv ? String(csv.separator) : ',';
    const lineEnd = fc.constantFrom('\n', '\n', '\r\n', '\r');
    const file = fc.array(fc.tuple(row(separator), lineEnd), { maxLength: 8 });
    fc.assert(
      fc.property(file, (lines) => {
        const text = `${names.join(separator)}\n${lines.map(([line, end]) => line + end).join('')}`;
        expect(decode(text, csv, [])).toEqual(decode(text, csv, ['pumpId']));
      }),
      { numRuns: 500 },
    );
  });
});

test('rows that are right are taken at once, most of what a sender writes', () => {
  const manifest = exampleManifest({ csv: {} });
  const layout = layoutOf(manifest, new Map());
  const quick = new QuickRows(layout, manifest.csv, planOf(layout, manifest.csv, names, []) as CsvPlan);
  const batch = new RecordBatch(layout);
  const takes = (line: string) => quick.read(Buffer.from(line), 0, batch) !== declined;
  expect(takes('pump-7,4.5,17,true,B,new seal,2026-11-21T03:04:05Z\n')).toBe(true);
  expect(takes('pump-7,4.512345678901,,false,"B","new, seal",1700000000000\r\n')).toBe(true);
  expect(takes(',+1e1, 17 ,1,B,,0\n')).toBe(true);
  expect(batch.length).toBe(3);
  expect(takes('pump-7,4.5,17,true,B,"new\nseal",0\n')).toBe(false);
  expect(takes('pump-7,4.5,17,true,B,0\n')).toBe(false);
  expect(batch.length).toBe(3);
});
