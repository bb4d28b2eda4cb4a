import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { sniffColumns } from '../../../src/core/import/sniff-columns.ts';
import { type SampleTable, sniffCsv } from '../../../src/core/import/sniff-csv.ts';
import { hasSharedData, sharedData } from '../../shared-data.ts';

const sniff = (text: string, isWhole = true) => sniffCsv(Buffer.from(text), isWhole);
const table = (text: string) => sniff(text) as SampleTable;

describe('how a CSV file is written', () => {
  test.each([
    ['commas', 'a,b,c\n1,2,3\n4,5,6\n', ','],
    ['semicolons, with commas inside the numbers', 'a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n', ';'],
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

  test('a file without a header, and one without order, are refused', () => {
    expect(sniff('1,2,3\n4,5,6\n')).toMatchObject({ code: 'csv.no_header' });
    expect(sniff('a,b\n1\n1,2,3\n1,2,3,4\n')).toMatchObject({ code: 'csv.wrong_field_count', got: '"a,b"' });
    for (const text of ['', 'a,b\n', ';;;\n;;;\n', 'PK\u0003\u0004\u0014\na\n']) {
      expect(sniff(text), text).toMatchObject({ code: 'csv.wrong_field_count' });
    }
    expect(sniffCsv(Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), true)).toMatchObject({ code: 'csv.wrong_field_count' });
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
    expect(column('1.5', 'NA', '2.5', '?')).toMatchObject({ type: 'number', oddities: ['NA', '?'], median: 1.5 });
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
