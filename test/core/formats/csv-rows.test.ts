import { describe, expect, test } from 'vitest';
import { jsonBytesReader } from '../../../src/core/batch/json-bytes.ts';
import { jsonRowReader } from '../../../src/core/batch/json-rows.ts';
import { layoutOf } from '../../../src/core/batch/layout.ts';
import { CsvRowDecoder } from '../../../src/core/formats/csv-rows.ts';
import { DecodedRows } from '../../../src/core/formats/decoded-rows.ts';
import { NdjsonRowDecoder } from '../../../src/core/formats/ndjson-rows.ts';
import { limits } from '../../../src/core/limits.ts';
import { exampleManifest } from '../example-manifest.ts';

const layout = layoutOf(exampleManifest(), new Map([['numbers', 'float32']]));
const header = 'pumpId,pressure,starts,open,grade,note,since';
const good = 'pump-7,4.5,17,true,B,new seal,2026-11-21T03:04:05.678Z';

function decode(text: string | Uint8Array, kept: string[] = [], csv: object = {}) {
  const into = new DecodedRows(layout, 4);
  const decoder = new CsvRowDecoder(layout, exampleManifest({ csv }).csv, kept);
  const failure = decoder.decode(Buffer.from(text as string), into) ?? decoder.finish(into);
  return { failure, decoder, ...into };
}

const faultsOf = (row: string) => decode(`${header}\n${row}\n`).faults.map(({ code, path }) => `${code} ${path}`);

test('a row fills the batch as the same record in JSON does', () => {
  const { failure, batch, places, faults } = decode(`${header}\n${good}\n`);
  expect([failure, faults]).toEqual([undefined, []]);
  expect([...batch.numbers.slice(0, 4)]).toEqual([1, 4.5, Date.parse('2026-11-21T03:04:05.678Z'), 17]);
  expect([batch.categories[0], batch.texts[0], batch.keys[0]]).toEqual([1, 'new seal', 'pump-7']);
  expect([...places]).toEqual([{ row: 0, line: 2, byte: header.length + 1 }]);
});

test('columns are found by name or alias, in any order, others are passed over', () => {
  const { batch, faults } = decode('x,since,Pressure [bar],open,grade\n?,0,1.5,0,A\n');
  expect(faults).toEqual([]);
  expect([...batch.numbers.slice(0, 3)]).toEqual([0, 1.5, 0]);
});

describe('a value that does not fit names its column', () => {
  test.each([
    ['p,,17,true,B,n,0', 'feature.missing /pressure'],
    ['p,  ,17,true,B,n,0', 'feature.missing /pressure'],
    ['p,4.5,17,,B,n,0', 'feature.missing /open'],
    ['p,4.5,17,true,,n,0', 'feature.missing /grade'],
    ['p,high,17,true,B,n,0', 'number.malformed /pressure'],
    ['p,0x10,17,true,B,n,0', 'number.malformed /pressure'],
    ['p,nan,17,true,B,n,0', 'number.malformed /pressure'],
    ['p,"1,5",17,true,B,n,0', 'number.malformed /pressure'],
    ['p,1e39,17,true,B,n,0', 'number.overflow /pressure'],
    ['p,101,17,true,B,n,0', 'feature.out_of_range /pressure'],
    ['p,4.5,1.5,true,B,n,0', 'number.not_integer /starts'],
    ['p,4.5,17,yes,B,n,0', 'feature.wrong_type /open'],
    ['p,4.5,17,true,b,n,0', 'feature.unknown_category /grade'],
    ['p,4.5,17,true,B,n,noon', 'timestamp.malformed /since'],
    ['p,4.5,17,true,B,n', 'csv.wrong_field_count '],
    ['p,4.5,17,true,B,n,0,0', 'csv.wrong_field_count '],
    ['p,"4.5,17,true,B,n,0', 'csv.unclosed_quote '],
    [`${'p'.repeat(300)},4.5,17,true,B,n,0`, 'key.malformed /pumpId'],
  ])('%s', (row, fault) => {
    expect(faultsOf(row)).toEqual([fault]);
  });
});

test('wrong rows keep their numbers and lines, good ones theirs', () => {
  const { places, faults, decoder } = decode(`${header}\n${good}\n\nbad\n${good}\n`);
  expect([...places].map(({ row, line }) => [row, line])).toEqual([
    [0, 2],
    [2, 5],
  ]);
  expect(faults.map(({ row, line }) => [row, line])).toEqual([[1, 4]]);
  expect(decoder.rowsSeen).toBe(3);
});

test('rows that begin with a column the header does not name', () => {
  const { batch, faults } = decode(`"${header.replaceAll(',', '","')}"\n"1",${good}\n`, [], { rowNames: true });
  expect(faults).toEqual([]);
  expect(batch.numbers[1]).toBe(4.5);
  expect(decode(`${header}\n${good}\n`, [], { rowNames: true }).faults[0]?.code).toBe('csv.wrong_field_count');
});

test('chosen columns are repeated as they were', () => {
  const { kept } = decode(`${header}\n${good.replace('new seal', '"a, ""b"""')}\n`, ['note', 'pumpId']);
  expect(kept).toEqual([['a, "b"', 'pump-7']]);
});

describe('a header that does not do ends the file', () => {
  test.each([
    ['', 'csv.no_header'],
    ['\n\n', 'csv.no_header'],
    ['pressure,open,grade\n1,1,A\n', 'csv.missing_column'],
    ['p,pressure,open,grade,since\n1,1,1,A,0\n', 'csv.duplicate_column'],
    ['"pressure,open\n', 'csv.unclosed_quote'],
  ])('%j', (text, code) => {
    const { failure, batch } = decode(text);
    expect(failure?.map((fault) => fault.code)).toEqual([code]);
    expect(batch.length).toBe(0);
  });

  test('a column to repeat that is not there', () => {
    expect(decode(`${header}\n`, ['colour']).failure).toMatchObject([{ code: 'csv.missing_column' }]);
  });
});

test('a feature with a policy for missing values may lack its column', () => {
  expect(decode('pressure,open,grade,since\n1,1,A,0\n').faults).toEqual([]);
});

describe('NDJSON', () => {
  const record = '{"pressure":4.5,"open":true,"grade":"B","since":0}';
  function decodeLines(...pieces: string[]) {
    const into = new DecodedRows(layout, 4);
    const decoder = new NdjsonRowDecoder(jsonRowReader(layout));
    for (const piece of pieces) decoder.decode(Buffer.from(piece), into);
    decoder.finish(into);
    return { decoder, ...into };
  }

  test('a line is a record; blank lines and a missing last line end do not matter', () => {
    const { places, faults, decoder } = decodeLines(`${record}\r\n\n${record}\nnope\n${record}`);
    expect([...places].map(({ row, line }) => [row, line])).toEqual([
      [0, 1],
      [1, 3],
      [3, 5],
    ]);
    expect(faults).toMatchObject([{ code: 'json.malformed', row: 2, line: 4 }]);
    expect(decoder.rowsSeen).toBe(4);
  });

  test('cuts change nothing', () => {
    const text = `${record}\n${record}\n{"pressure":"ß"}\n${record}`;
    const bytes = Buffer.from(text);
    const whole = decodeLines(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const into = new DecodedRows(layout, 4);
      const decoder = new NdjsonRowDecoder(jsonRowReader(layout));
      decoder.decode(bytes.subarray(0, cut), into);
      decoder.decode(bytes.subarray(cut), into);
      decoder.finish(into);
      expect([[...into.places], into.faults]).toEqual([[...whole.places], whole.faults]);
    }
  });

  test('lines are read from their bytes as the parser reads them, wherever an object ends', () => {
    const text = [
      record,
      ` ${record} \r`,
      `${record}{}`,
      '{"pressure":4.5,',
      '"open":true,"grade":"B","since":0}',
      '{"pressure":01,"open":true,"grade":"B","since":0}',
      '{"pressure":1e2,"open":false,"grade":"A","since":1234567890123,"x":-0.5}',
      '{"pressure":1.,"open":true,"grade":"B","since":0}',
      '{"pressure":-0,"open":true,"grade":"C","since":0,"starts":5}',
    ].join('\n');
    const outcome = (decoder: NdjsonRowDecoder) => {
      const into = new DecodedRows(layout, 4);
      decoder.decode(Buffer.from(text), into);
      decoder.finish(into);
      const { length } = into.batch;
      const numbers = [...into.batch.numbers.subarray(0, length * layout.numberCount)];
      return { numbers, places: [...into.places], faults: into.faults };
    };
    const long = outcome(new NdjsonRowDecoder(jsonRowReader(layout)));
    expect(long.places.map(({ line }) => line)).toEqual([1, 2, 7, 9]);
    expect(outcome(new NdjsonRowDecoder(jsonRowReader(layout), jsonBytesReader(layout)))).toEqual(long);
  });

  test('a line without end is refused once, and reading goes on behind it', () => {
    const pieces = Array.from({ length: 6 }, () => 'x'.repeat(limits.rowBytesMax / 2));
    const { places, faults } = decodeLines(`${record}\n`, ...pieces, `\n${record}\n`);
    expect(faults).toMatchObject([{ code: 'row.too_long', row: 1, line: 2 }]);
    expect([...places].map(({ row, line }) => [row, line])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });
});
