import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { layoutOf } from '../../../src/core/batch/layout.ts';
import { CsvReader } from '../../../src/core/formats/csv-reader.ts';
import { fieldText } from '../../../src/core/formats/csv-row.ts';
import { CsvRowDecoder } from '../../../src/core/formats/csv-rows.ts';
import { DecodedRows } from '../../../src/core/formats/decoded-rows.ts';
import { hasSharedData, sharedData } from '../../shared-data.ts';
import { exampleManifest } from '../example-manifest.ts';

const features = [
  { name: 'temp', type: 'number', missing: 'keep' },
  { name: 'count', type: 'integer', missing: 'keep' },
  { name: 'ort', type: 'text', missing: 'keep' },
];
const model = { inputs: { numbers: ['temp', 'count'], ort: ['ort'] } };

/** Decodes a file, cut after so many bytes. */
function decode(bytes: Uint8Array, csv: object, cut = bytes.length) {
  const manifest = exampleManifest({ features, model, csv, key: undefined });
  const layout = layoutOf(manifest, new Map());
  const decoder = new CsvRowDecoder(layout, manifest.csv, []);
  const into = new DecodedRows(layout, 2);
  const failure =
    decoder.decode(bytes.subarray(0, cut), into) ?? decoder.decode(bytes.subarray(cut), into) ?? decoder.finish(into);
  const { batch, faults } = into;
  const number = (row: number, name: string) =>
    batch.numbers[row * 2 + layout.slots.find(({ feature }) => feature.name === name)!.column];
  return {
    failure,
    rows: Array.from({ length: batch.length }, (_, row) => [
      number(row, 'temp'),
      number(row, 'count'),
      batch.texts[row],
    ]),
    places: [...into.places],
    faults: faults.map(({ code, path, line, byte, expected, got }) => ({ code, path, line, byte, expected, got })),
  };
}

const rowsOf = (text: string, csv: object = {}) => decode(Buffer.from(text), csv).rows;
const utf16le = (text: string) => Buffer.from(text, 'utf16le');
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
const mark = '\ufeff';

test.each([
  ['semicolons and decimal commas', 'temp;count;ort\n1,5;2;Ulm\n', { separator: ';', decimal: ',' }],
  ['tabs', 'temp\tcount\tort\n1.5\t2\tUlm\n', { separator: '\t' }],
  ['bars', 'temp|count|ort\n1.5|2|Ulm\n', { separator: '|' }],
  ['decimal commas inside quotes', 'temp,count,ort\n"1,5","2","Ulm"\n', { decimal: ',' }],
  ['single quotes', "'temp','count','ort'\n'1.5',2,'Ulm'\n", { quote: "'" }],
  ['no header line', '1.5,2,Ulm\n', { columns: ['temp', 'count', 'ort'] }],
  ['row names', 'temp,count,ort\nr1,1.5,2,Ulm\n', { rowNames: true }],
  ['trailing empty rows', 'temp,count,ort\n1.5,2,Ulm\n,,\n,,\n\n\n', {}],
  ['CR alone', 'temp,count,ort\r1.5,2,Ulm\r', {}],
  ['CRLF', 'temp,count,ort\r\n1.5,2,Ulm\r\n', {}],
  ['a byte order mark', `${mark}temp,count,ort\n1.5,2,Ulm\n`, {}],
])('%s', (_, text, csv) => {
  expect(decode(Buffer.from(text), csv)).toMatchObject({ failure: undefined, faults: [], rows: [[1.5, 2, 'Ulm']] });
});

test('a text keeps its quotes where there are none, and single quotes double', () => {
  expect(rowsOf('temp,count,ort\n1,2,"Ulm"\n', { quote: '' })).toEqual([[1, 2, '"Ulm"']]);
  expect(rowsOf("temp,count,ort\n1,2,'O''Hara'\n", { quote: "'" })).toEqual([[1, 2, "O'Hara"]]);
});

test('without a header line a first row may be wrong like any other', () => {
  const csv = { columns: ['temp', 'count', 'ort'] };
  const { failure, rows, faults } = decode(Buffer.from('"1,2,x\n3,4,y\n'), csv);
  expect({ failure, rows }).toEqual({ failure: undefined, rows: [[3, 4, 'y']] });
  expect(faults).toMatchObject([{ code: 'csv.unclosed_quote', line: 1, byte: 0 }]);
  expect(decode(Buffer.alloc(0), csv)).toMatchObject({ failure: undefined, rows: [] });
});

describe('encodings', () => {
  const text = 'temp,count,ort\r\n1.5,2,Köln\r\n\r\nx,2,東京\r\n2.5,3,🎉\r\n';
  const latin = 'temp,count,ort\n1.5,2,Köln\n';
  test.each([
    ['UTF-16 with a mark', utf16le(mark + text)],
    ['UTF-16, the larger byte first', utf16be(mark + text)],
    ['UTF-16 without a mark', utf16le(text)],
  ])('%s: wherever it is cut, the values, lines and bytes of the file itself', (_, bytes) => {
    const whole = decode(bytes, { encoding: 'utf-16' });
    expect(whole.rows).toEqual([
      [1.5, 2, 'Köln'],
      [2.5, 3, '🎉'],
    ]);
    const markBytes = bytes.length - utf16le(text).length;
    const byteOf = (part: string) => markBytes + 2 * text.indexOf(part);
    expect(whole.places.map(({ line, byte }) => [line, byte])).toEqual([
      [2, byteOf('1.5')],
      [5, byteOf('2.5')],
    ]);
    expect(whole.faults).toMatchObject([{ code: 'number.malformed', line: 4, byte: byteOf('x') }]);
    for (let cut = 0; cut <= bytes.length; cut++) expect(decode(bytes, { encoding: 'utf-16' }, cut)).toEqual(whole);
  });

  test('Latin-1 and Windows-1252', () => {
    expect(decode(Buffer.from(latin, 'latin1'), { encoding: 'latin1' }).rows).toEqual([[1.5, 2, 'Köln']]);
    const euro = Buffer.concat([Buffer.from('temp,count,ort\n1,2,'), Buffer.of(0x80)]);
    expect(decode(euro, { encoding: 'windows-1252' }).rows).toEqual([[1, 2, '€']]);
  });

  test('Latin-1 that should be UTF-8 is a fault of the row', () => {
    expect(decode(Buffer.from(latin, 'latin1'), {}).faults).toMatchObject([
      { code: 'text.not_utf8', path: '/ort', line: 2, expected: 'UTF-8' },
    ]);
  });
});

describe('missing values', () => {
  test('are empty cells, and only those', () => {
    expect(rowsOf('temp,count,ort\n,2,\n')).toEqual([[Number.NaN, 2, undefined]]);
    expect(decode(Buffer.from('temp,count,ort\nNA,2,NA\n'), {}).faults).toMatchObject([{ code: 'number.malformed' }]);
  });
  test('are spelled as the manifest says, also as numbers', () => {
    const csv = { missing: ['', 'NA', '-999'] };
    expect(rowsOf('temp,count,ort\n NA ,-999,NA\n-999.0,3,n/a\n', csv)).toEqual([
      [Number.NaN, Number.NaN, undefined],
      [-999, 3, 'n/a'],
    ]);
  });
  test('may leave the empty cell out: then it is a text, and no number', () => {
    const csv = { missing: ['NA'] };
    expect(rowsOf('temp,count,ort\n1,NA,\n', csv)).toEqual([[1, Number.NaN, '']]);
    expect(decode(Buffer.from('temp,count,ort\n,1,x\n'), csv).faults).toMatchObject([
      { code: 'number.malformed', path: '/temp', line: 2, got: '""' },
    ]);
  });
});

describe('a file that is written otherwise is refused', () => {
  test.each([
    ['semicolons', Buffer.from('temp;count;ort\n1;2;x\n'), {}, 'columns separated by ","', '";"'],
    ['UTF-16', utf16le(`${mark}temp,count,ort\n`), {}, 'the encoding utf-8', 'UTF-16, by its byte order mark'],
    [
      'UTF-8',
      Buffer.from(`${mark}temp,count,ort\n`),
      { encoding: 'utf-16' },
      'the encoding utf-16',
      'UTF-8, by its byte order mark',
    ],
    [
      'UTF-8',
      Buffer.from(`${mark}temp,count,ort\n`),
      { encoding: 'latin1' },
      'the encoding latin1',
      'UTF-8, by its byte order mark',
    ],
    [
      'half characters',
      utf16le('temp,count,ort\n1,2,x\ud83d,\n'),
      { encoding: 'utf-16' },
      'UTF-16',
      'half a character without its other half',
    ],
    [
      'half a file',
      utf16le('temp,count,ort\n1,2,x\n').subarray(0, -1),
      { encoding: 'utf-16' },
      'UTF-16',
      'half a character at the end',
    ],
    [
      'a header line',
      Buffer.from('temp,count,ort\n1,2,x\n'),
      { columns: ['temp', 'count', 'ort'] },
      'no header line, as the manifest names the columns',
      '["temp","count","ort"]',
    ],
  ])('%s', (_, bytes, csv, expected, got) => {
    expect(decode(bytes, csv).failure).toEqual([{ code: 'csv.wrong_dialect', path: '', expected, got }]);
  });

  test('a decimal point where commas are written, with its line', () => {
    const { faults } = decode(Buffer.from('temp;count;ort\n1,5;2;x\n1.234;2;x\n'), { separator: ';', decimal: ',' });
    expect(faults).toMatchObject([
      { code: 'number.malformed', path: '/temp', line: 3, expected: 'a number with a decimal comma', got: '"1.234"' },
    ]);
  });
});

test('a time is no number of blanks and no hexadecimal', () => {
  const manifest = exampleManifest({ csv: { missing: [] } });
  const layout = layoutOf(manifest, new Map());
  const into = new DecodedRows(layout, 2);
  const decoder = new CsvRowDecoder(layout, manifest.csv, []);
  decoder.decode(Buffer.from('pressure,open,grade,since\n1,1,A,  \n1,1,A,0x10\n1,1,A,1.5e3\n'), into);
  expect(into.faults.map(({ code, line }) => [code, line])).toEqual([
    ['timestamp.malformed', 2],
    ['timestamp.malformed', 3],
  ]);
  expect(into.batch.length).toBe(1);
});

describe.skipIf(!hasSharedData)('csv-spectrum (skipped where ../shared is absent)', () => {
  const names = hasSharedData ? readdirSync(sharedData('files', 'csv-spectrum', 'csvs')) : [];
  test('has eleven files', () => expect(names).toHaveLength(11));
  test.each(names)('%s', (name) => {
    const rows: string[][] = [];
    const target = {
      row: (row: Parameters<typeof fieldText>[0]) =>
        void rows.push(Array.from({ length: row.fieldCount }, (_, i) => fieldText(row, i)!)),
      fault: () => expect.fail('a fault'),
    };
    const reader = new CsvReader({ separator: ',' });
    const text = readFileSync(sharedData('files', 'csv-spectrum', 'csvs', name), 'utf8');
    // The copies of the files with CRLF came with LF alone.
    const isCrlf = name.endsWith('_crlf.csv');
    reader.push(Buffer.from(isCrlf ? text.replace(/\r?\n/g, '\r\n') : text), target);
    reader.end(target);
    const [header = [], ...records] = rows;
    const json = readFileSync(sharedData('files', 'csv-spectrum', 'json', name.replace('.csv', '.json')), 'utf8');
    const found = records.map((cells) => Object.fromEntries(cells.map((cell, i) => [header[i], cell])));
    expect(found).toEqual(JSON.parse(json));
  });
});
