import { describe, expect, test } from 'vitest';
import { jsonBytesReader } from '../../../src/core/batch/json-bytes.ts';
import { jsonRowReader } from '../../../src/core/batch/json-rows.ts';
import { layoutOf } from '../../../src/core/batch/layout.ts';
import { DecodedRows } from '../../../src/core/formats/decoded-rows.ts';
import { JsonArrayRowDecoder } from '../../../src/core/formats/json-array-rows.ts';
import { limits } from '../../../src/core/limits.ts';
import { exampleManifest } from '../example-manifest.ts';

const layout = layoutOf(exampleManifest(), new Map());
const record = '{"pressure":4.5,"open":true,"grade":"B","since":0}';
const noted = '{"pressure":1e2,"open":false,"grade":"A","since":0,"note":"a \\"}],{[ \\\\"}';

function decode(...pieces: (string | Uint8Array)[]) {
  const into = new DecodedRows(layout, 4);
  const decoder = new JsonArrayRowDecoder(jsonRowReader(layout), jsonBytesReader(layout));
  let failure = undefined as ReturnType<JsonArrayRowDecoder['decode']>;
  for (const piece of pieces) failure ??= decoder.decode(Buffer.from(piece as string), into);
  failure ??= decoder.finish();
  const notes = Array.from({ length: into.batch.length }, (_, i) => into.batch.texts[i]);
  return { failure, notes, places: [...into.places], faults: into.faults, rowsSeen: decoder.rowsSeen };
}

test('each object of the array is a record, whatever its texts hold', () => {
  const { failure, notes, places, faults } = decode(`\ufeff[\n ${record},\n${noted} ,{"pressure":\n"x"},7\n]\n`);
  expect(failure).toBeUndefined();
  expect(notes).toEqual([undefined, 'a "}],{[ \\']);
  expect(places.map(({ row, line }) => [row, line])).toEqual([
    [0, 2],
    [1, 3],
  ]);
  expect(faults.map(({ code, row, line }) => [code, row, line])).toContainEqual(['feature.wrong_type', 2, 3]);
  expect(faults.at(-1)).toMatchObject({ code: 'record.not_an_object', row: 3, line: 4 });
});

test('an empty array has no records', () => {
  expect(decode(' [ ] ')).toMatchObject({ failure: undefined, rowsSeen: 0 });
});

test('wherever the file is cut, the same comes of it', () => {
  const bytes = Buffer.from(`\ufeff[${record},\r\n${noted}, "ß", {"pressure":}, ${record}]\n`);
  const whole = decode(bytes);
  expect(whole.rowsSeen).toBe(5);
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(decode(bytes.subarray(0, cut), bytes.subarray(cut)), `cut at ${cut}`).toEqual(whole);
  }
  expect(decode(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
});

describe('what is wrong between the records ends the file, with its place', () => {
  test.each([
    ['', 'an array of records', 'the end of the file (line 1, byte 0)'],
    [record, 'an array of records', 'something else (line 1, byte 0)'],
    [`[${record}\n${record}]`, ', or ]', 'something else (line 2, byte 52)'],
    [`[${record},]`, 'a record', 'something else (line 1, byte 52)'],
    ['[,1]', 'a record or ]', 'something else (line 1, byte 1)'],
    ['[] 1', 'the end of the file', 'something else (line 1, byte 3)'],
    [`[${record}`, ', or ]', 'the end of the file (line 1, byte 51)'],
    [`[${record},{"a":`, 'the end of the record', 'the end of the file (line 1, byte 52)'],
  ])('%j', (text, expected, got) => {
    expect(decode(text).failure).toEqual([{ code: 'json.malformed', path: '', expected, got }]);
  });
});

test('a record without end is refused once, and reading goes on behind it', () => {
  const long = `"${'x'.repeat(limits.rowBytesMax)}`;
  const { failure, faults, places } = decode(`[${record},`, long, long.slice(1), '", ', `${record}]`);
  expect(failure).toBeUndefined();
  expect(faults).toMatchObject([{ code: 'row.too_long', row: 1 }]);
  expect(places.map(({ row }) => row)).toEqual([0, 2]);
});

test('brackets without end are no trouble', () => {
  expect(decode('[', '['.repeat(500_000), ']'.repeat(500_000), ']').faults).toMatchObject([
    { code: 'json.too_complex' },
  ]);
});
