import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvReader } from '../../../src/core/formats/csv-reader.ts';
import { fieldText } from '../../../src/core/formats/csv-row.ts';
import { limits } from '../../../src/core/limits.ts';

type Event =
  | { fields: (string | undefined)[]; line: number; byte: number }
  | { code: string; line: number; byte: number };

/** Reads all pieces; rows and faults in the order in which they come. */
function readAll(pieces: readonly (string | Uint8Array)[], separator = ','): Event[] {
  const events: Event[] = [];
  const reader = new CsvReader({ separator });
  const target = {
    row: (row: Parameters<Parameters<CsvReader['push']>[1]['row']>[0]) =>
      void events.push({
        fields: Array.from({ length: row.fieldCount }, (_, i) => fieldText(row, i)),
        line: row.line,
        byte: row.byte,
      }),
    fault: ({ code }: { code: string }, line: number, byte: number) => void events.push({ code, line, byte }),
  };
  for (const piece of pieces) reader.push(Buffer.from(piece as string), target);
  reader.end(target);
  return events;
}

const fieldsOf = (text: string, separator?: string) =>
  readAll([text], separator).map((event) => ('fields' in event ? event.fields : event.code));

test.each([
  [
    'a,b\n1,2\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a,b\r\n1,2\r\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a,b\r1,2\r',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a,b\n1,2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a,b\n\n1,2\n\n\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a,b\n,\n',
    [
      ['a', 'b'],
      ['', ''],
    ],
  ],
  [
    '"a","b"\n"1,5","x""y"\n',
    [
      ['a', 'b'],
      ['1,5', 'x"y'],
    ],
  ],
  ['a\n"two\nlines"\n3\n', [['a'], ['two\nlines'], ['3']]],
  [
    'a,b\n"",x\n',
    [
      ['a', 'b'],
      ['', 'x'],
    ],
  ],
  [
    '\ufeffa,b\n1,2\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a,b\n5" pipe,x"y\n',
    [
      ['a', 'b'],
      ['5" pipe', 'x"y'],
    ],
  ],
  [
    'ä,日本\n🎉,ß\n',
    [
      ['ä', '日本'],
      ['🎉', 'ß'],
    ],
  ],
  ['', []],
  ['\n\n', []],
])('%j', (text, rows) => {
  expect(fieldsOf(text)).toEqual(rows);
});

test('other separators', () => {
  expect(fieldsOf('a;b\n1,5;2\n', ';')).toEqual([
    ['a', 'b'],
    ['1,5', '2'],
  ]);
  expect(fieldsOf('a\tb\n1\t"2\t3"\n', '\t')).toEqual([
    ['a', 'b'],
    ['1', '2\t3'],
  ]);
});

test('a quote that is never closed costs its own line, with its number, not the rest of the file', () => {
  expect(readAll(['a,b\n1,2\n"3,4\n5,6\n7,8\n'])).toEqual([
    { fields: ['a', 'b'], line: 1, byte: 0 },
    { fields: ['1', '2'], line: 2, byte: 4 },
    { code: 'csv.unclosed_quote', line: 3, byte: 8 },
    { fields: ['5', '6'], line: 4, byte: 13 },
    { fields: ['7', '8'], line: 5, byte: 17 },
  ]);
});

test('text behind a closing quote is a fault of its line', () => {
  expect(fieldsOf('a,b\n"1"x,2\n3,4\n')).toEqual([['a', 'b'], 'csv.unclosed_quote', ['3', '4']]);
});

test('lines inside quotes are counted', () => {
  const events = readAll(['a\n"1\n2\r\n3"\n4\n']);
  expect(events.map(({ line }) => line)).toEqual([1, 2, 5]);
});

test('an unclosed quote early in a large file holds no more than a row may hold, and loses one line', () => {
  const lines = Array.from({ length: 200_000 }, (_, i) => `${i},x\n`);
  const pieces = ['a,b\n"open,1\n', ...lines];
  const events = readAll(pieces);
  expect(events.filter((event) => 'code' in event)).toEqual([{ code: 'csv.unclosed_quote', line: 2, byte: 4 }]);
  expect(events.length).toBe(lines.length + 2);
});

test('a row without end is passed over once, and reading goes on behind it', () => {
  const long = 'x'.repeat(64 * 1024);
  const pieces = ['a,b\n1,2\n', ...Array.from({ length: 40 }, () => long), '\n3,4\n'];
  expect(40 * long.length).toBeGreaterThan(2 * limits.rowBytesMax);
  expect(readAll(pieces)).toEqual([
    { fields: ['a', 'b'], line: 1, byte: 0 },
    { fields: ['1', '2'], line: 2, byte: 4 },
    { code: 'row.too_long', line: 3, byte: 8 },
    { fields: ['3', '4'], line: 4, byte: 8 + 40 * long.length + 1 },
  ]);
});

test('bytes that are not UTF-8 are no text', () => {
  expect(readAll([Buffer.from([0x61, 0x0a, 0xff, 0x0a])])).toMatchObject([{ fields: ['a'] }, { fields: [undefined] }]);
});

const messy = fc.string({
  unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r', '\r\n', '""', ' ', 'é'),
  maxLength: 60,
});

test('a cut at any byte never changes what is read', () => {
  fc.assert(
    fc.property(messy, fc.array(fc.nat(), { maxLength: 5 }), (text, cuts) => {
      const bytes = Buffer.from(text);
      const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const pieces = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
      expect(readAll(pieces)).toEqual(readAll([bytes]));
    }),
    { numRuns: 3000 },
  );
});

test('what a writer quotes comes back', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'ß'), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (rows) => {
      const text = rows.map((row) => `${row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')}\n`).join('');
      expect(fieldsOf(text)).toEqual(rows);
    }),
  );
});
