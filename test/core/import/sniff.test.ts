import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { layoutOf } from '../../../src/core/batch/layout.ts';
import { CsvRowDecoder } from '../../../src/core/formats/csv-rows.ts';
import { DecodedRows } from '../../../src/core/formats/decoded-rows.ts';
import { sniffColumns } from '../../../src/core/import/sniff-columns.ts';
import { type SampleTable, sniffCsv } from '../../../src/core/import/sniff-csv.ts';
import { csvSchema } from '../../../src/core/manifest/csv.ts';
import { hasSharedData, sharedData } from '../../shared-data.ts';
import { exampleManifest } from '../example-manifest.ts';

const sniff = (text: string, isWhole = true) => sniffCsv(Buffer.from(text), isWhole);
const table = (text: string) => sniff(text) as SampleTable;

describe('how a CSV file is written', () => {
  test.each([
    ['commas', 'a,b,c\n1,2,3\n4,5,6\n', ','],
    ['semicolons, with commas inside the texts', 'a;b;c\nx, y;2;3\nz, y;5;6\n', ';'],
    ['tabs', 'a\tb\tc\n1\t2\t3\n', '\t'],
    ['bars', 'a|b|c\n1|2|3\n', '|'],
    ['commas, with semicolons inside quotes', 'a,b,c\n"1;2",2,3\n"4;5",5,6\n', ','],
    ['one column', 'a\n1\n2\n', ','],
  ])('%s', (_, text, separator) => {
    expect(table(text).dialect).toEqual({ separator, rowNames: false });
  });

  test('rows with a name that the header has no column for', () => {
    expect(sniff('"a","b"\n"1",10,20\n"2",30,40\n')).toEqual({
      dialect: { separator: ',', rowNames: true },
      header: ['a', 'b'],
      rows: [
        ['10', '20'],
        ['30', '40'],
      ],
      remarks: [],
    });
  });

  test('some broken rows do not hide how the others are written', () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i},${i},${i}`);
    expect(table(['a,b,c', ...rows, '1,2', '1,2,3,4'].join('\n')).rows).toHaveLength(20);
  });

  test('a column without a name, as pandas writes its index', () => {
    expect(table(',a\n0,5\n1,6\n').header).toEqual(['', 'a']);
  });

  test('the last row of a part of a file may be cut, and does not count', () => {
    expect(sniff('a,b\n1,2\n3', false)).toMatchObject({ rows: [['1', '2']] });
    expect(sniff('a,b\n1,2\n3,4', true)).toMatchObject({
      rows: [
        ['1', '2'],
        ['3', '4'],
      ],
    });
  });

  test('a file without order is refused', () => {
    expect(sniff('a,b\n1\n1,2,3\n1,2,3,4\n')).toMatchObject({ code: 'csv.wrong_field_count', got: '"a,b"' });
    for (const text of ['', 'a,b\n', ';;;\n;;;\n', 'PK\u0003\u0004\u0014\na\n']) {
      expect(sniff(text), text).toMatchObject({ code: 'csv.wrong_field_count' });
    }
    expect(sniffCsv(Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), true)).toMatchObject({ code: 'csv.wrong_field_count' });
  });
});

describe('the dialects of the world', () => {
  const text = 'größe;stadt\n1,5;Köln\n2,25;Bern\n';
  const wide = (littleEndian: boolean, mark: boolean) => {
    const bytes = Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf16le');
    return littleEndian ? bytes : bytes.swap16();
  };

  test.each([
    ['UTF-8', 'utf-8', Buffer.from(text)],
    ['UTF-8 with its mark', 'utf-8', Buffer.from(`\ufeff${text}`)],
    ['UTF-16, little-endian', 'utf-16', wide(true, true)],
    ['UTF-16, big-endian', 'utf-16', wide(false, true)],
    ['UTF-16 without its mark', 'utf-16', wide(true, false)],
    ['Latin-1', 'latin1', Buffer.from(text, 'latin1')],
    ['Windows-1252, by its euro', 'windows-1252', Buffer.from(text.replace('Bern', 'Bern \x80'), 'latin1')],
  ])('%s', (_, encoding, bytes) => {
    expect(sniffCsv(bytes, true)).toMatchObject({
      dialect: { separator: ';', decimal: ',', ...(encoding !== 'utf-8' && { encoding }) },
      header: ['größe', 'stadt'],
      rows: [
        ['1.5', 'Köln'],
        ['2.25', expect.stringMatching(/^Bern/)],
      ],
    });
  });

  test('a sample may be cut in the middle of a character', () => {
    const bytes = Buffer.from('a,b\n1,2\n3,ö');
    expect(sniffCsv(bytes.subarray(0, -1), false)).toMatchObject({ dialect: { separator: ',', rowNames: false } });
  });

  test('single quotes that stand around fields', () => {
    expect(table("a;b\n'x;1';2\n'y;2';3\n")).toMatchObject({
      dialect: { quote: "'" },
      rows: [
        ['x;1', '2'],
        ['y;2', '3'],
      ],
    });
    expect(table("a,b\nO'Neill,2\nit's,3\n").dialect).toEqual({ separator: ',', rowNames: false });
  });

  test('a decimal comma is told by numbers that are nothing else', () => {
    expect(table('a;b\n1,5;x\n;y\n-2;z\n')).toMatchObject({
      dialect: { decimal: ',' },
      rows: [
        ['1.5', 'x'],
        ['', 'y'],
        ['-2', 'z'],
      ],
    });
    // Thousands or thousandths: whoever wrote it knows.
    expect(table('a;b\n1,234;1\n5,678;2\n').dialect).not.toHaveProperty('decimal');
    expect(table('a;b\n1.5;x,1\n2.5;y,2\n').dialect).not.toHaveProperty('decimal');
  });

  test('spellings of missing values, by columns of numbers', () => {
    expect(table('a,b\n1,NA\nNA,NA\n?,x\n')).toMatchObject({
      dialect: { missing: ['', 'NA', '?'] },
      rows: [
        ['1', ''],
        ['', ''],
        ['', 'x'],
      ],
    });
    expect(table('a,b\n1,None\n2,None\n3,x\n').dialect).not.toHaveProperty('missing');
  });

  test('no header: columns get names, and the first line is a row', () => {
    const columns = ['column1', 'column2', 'column3'];
    expect(table('1,2,3\n4,5,6\n')).toMatchObject({
      dialect: { columns },
      header: columns,
      rows: [
        ['1', '2', '3'],
        ['4', '5', '6'],
      ],
    });
    expect(table('5.1,0.2,setosa\n4.9,0.2,setosa\n7,1.4,versicolor\n').dialect).toMatchObject({ columns });
    expect(table('year,2019,2020\nfr,1,2\nde,3,4\n').dialect).not.toHaveProperty('columns');
  });

  test('columns of the same name are left out, and told', () => {
    expect(table('a,b,a\n1,2,3\n4,5,6\n')).toMatchObject({
      header: ['b'],
      rows: [['2'], ['5']],
      remarks: ['The sample has several columns "a": none of them can be a feature.'],
    });
  });

  test('empty rows behind the last one say nothing', () => {
    expect(table(`a;b\n1;2\n3;4\n${';\n'.repeat(50)}`).rows).toHaveLength(2);
  });

  test.each(['\r', '\n', '\r\n'])('lines that end with %j', (end) => {
    expect(table(['a,b', '1,2', '3,4', ''].join(end)).rows).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  test('what was found is what reads the file', () => {
    const files = [
      wide(true, true),
      Buffer.from(text, 'latin1'),
      Buffer.from("1;'a;b'\n2;'a;b'\n"),
      Buffer.from('a,b\nNA,1\n5,2\n'),
    ];
    for (const bytes of files) {
      const { dialect, header, rows } = sniffCsv(bytes, true) as SampleTable;
      const features = header.map((name, i) => ({
        name,
        type: rows.some((row) => Number.isNaN(Number(row[i]))) ? 'text' : 'number',
        missing: 'keep',
      }));
      const layout = layoutOf(
        exampleManifest({ features, model: { inputs: { x: header } }, key: undefined }),
        new Map(),
      );
      const read = new DecodedRows(layout, 4);
      const decoder = new CsvRowDecoder(layout, csvSchema.parse(dialect), []);
      expect(decoder.decode(bytes, read) ?? decoder.finish(read)).toBeUndefined();
      expect({ rows: read.batch.length, faults: read.faults }).toEqual({ rows: rows.length, faults: [] });
    }
  });
});

describe('what the cells of a column are', () => {
  const column = (...cells: string[]) =>
    sniffColumns(table(['x,y', ...cells.map((cell) => `${cell},1`)].join('\n')))[0]!;

  test.each([
    ['integer', ['1', '-2', '+3', '']],
    ['number', ['1', '2.5', '1e3', '.5']],
    ['number', ['52.0', '53.0']],
    ['number', ['99999999999999999999', '1']],
    ['boolean', ['true', 'False', '', 'TRUE']],
    ['timestamp', ['2015-02-02 14:19:00', '2015-02-03']],
    ['category', ['L', 'M', 'L', 'M', 'L', 'H']],
    ['text', ['Braund', 'Cumings', 'Heikkinen']],
    ['text', ['007 a', '008 b', '009 c', '010 d']],
    ['number', ['', '']],
  ])('%s: %j', (type, cells) => {
    expect(column(...cells).type).toBe(type);
  });

  test('what is missing, the middle and the most frequent are counted', () => {
    expect(column('1', '', '3', '3', '10', '')).toMatchObject({ missing: 2, median: 3, mostFrequent: '3' });
    expect(column('4', '1', '2', '3').median).toBe(2);
    expect(column('b', 'a', 'b', '')).toMatchObject({ missing: 1, median: undefined, mostFrequent: 'b' });
    expect(column('b', 'a', 'b', 'a')).toMatchObject({ type: 'category', categories: ['a', 'b'] });
  });

  test('marks of missing values among numbers are told, and are no category', () => {
    expect(column('1.5', 'gone', '2.5', 'lost')).toMatchObject({
      type: 'number',
      oddities: ['gone', 'lost'],
      median: 1.5,
    });
    expect(column('1.5', '2.5').oddities).toEqual([]);
  });

  test('more than 50 different texts are no categories', () => {
    const many = Array.from({ length: 51 }, (_, i) => `name ${i}`);
    expect(column(...many, ...many).type).toBe('text');
    expect(column(...many.slice(1), ...many.slice(1)).type).toBe('category');
  });
});

describe.skipIf(!hasSharedData)('files of others', () => {
  const typesOf = async (...path: string[]) => {
    const read = sniffCsv(await readFile(sharedData(...path)), true) as SampleTable;
    return {
      dialect: read.dialect,
      types: Object.fromEntries(sniffColumns(read).map(({ name, type }) => [name, type])),
    };
  };

  test('occupancy: rows one field longer than the header, quoted times', async () => {
    expect(await typesOf('occupancy', 'datatest.txt')).toEqual({
      dialect: { separator: ',', rowNames: true },
      types: {
        date: 'timestamp',
        Temperature: 'number',
        Humidity: 'number',
        Light: 'number',
        CO2: 'number',
        HumidityRatio: 'number',
        Occupancy: 'integer',
      },
    });
  });

  test('titanic: quoted names with commas, empty cells', async () => {
    const { types } = await typesOf('titanic', 'titanic.csv');
    expect(types).toMatchObject({ Name: 'text', Sex: 'category', Age: 'number', Embarked: 'category', Ticket: 'text' });
  });
});
