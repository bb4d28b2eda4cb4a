import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonRowReader } from '../../../src/core/batch/json-rows.ts';
import { layoutOf } from '../../../src/core/batch/layout.ts';
import { CsvPartScan } from '../../../src/core/formats/csv-part-scan.ts';
import { CsvRowDecoder } from '../../../src/core/formats/csv-rows.ts';
import { DecodedRows, type RowDecoder } from '../../../src/core/formats/decoded-rows.ts';
import { NdjsonPartScan } from '../../../src/core/formats/ndjson-part-scan.ts';
import { NdjsonRowDecoder } from '../../../src/core/formats/ndjson-rows.ts';
import type { FilePart } from '../../../src/core/formats/part-cutter.ts';
import type { PartScan } from '../../../src/core/formats/part-scan.ts';
import type { RowPlace } from '../../../src/core/formats/row-places.ts';
import { limits } from '../../../src/core/limits.ts';
import { exampleManifest } from '../example-manifest.ts';

const layout = layoutOf(exampleManifest(), new Map([['numbers', 'float32']]));
const header = 'pumpId,pressure,starts,open,grade,note,since';
const good = 'pump-7,4.5,17,true,B,new seal,0';
const record = '{"pumpId":"p","pressure":4.5,"starts":17,"open":true,"grade":"B","note":"n","since":0}';

/** Whatever a decoder says of rows, place by place. */
function outcome(decoder: RowDecoder, bytes: Uint8Array) {
  const into = new DecodedRows(layout, 4);
  const failure = decoder.decode(bytes, into) ?? decoder.finish(into);
  const rows = [...into.places].map((place, at) => ({
    ...place,
    key: into.batch.keys[at],
    pressure: into.batch.numbers[at * into.batch.layout.numberCount + 1],
    kept: into.kept[at],
  }));
  return { failure, rows, faults: into.faults, seen: decoder.rowsSeen };
}

/** Reads a file part by part, as several instances do. */
function inParts(bytes: Buffer, parts: readonly FilePart[], decoderAt: (start: RowPlace | undefined) => RowDecoder) {
  const outcomes = parts.map(({ from, endByte, rows }) => {
    const read = outcome(decoderAt(from.byte === 0 ? undefined : from), bytes.subarray(from.byte, endByte));
    expect(read.seen).toBe(from.row + rows);
    return read;
  });
  return {
    failure: outcomes.find(({ failure }) => failure !== undefined)?.failure,
    rows: outcomes.flatMap(({ rows }) => rows),
    faults: outcomes.flatMap(({ faults }) => faults),
    seen: outcomes.at(-1)?.seen,
  };
}

/** Gives the scan the bytes in pieces of a size. */
function scanned(scan: PartScan, bytes: Buffer, pieceBytes: number): readonly FilePart[] {
  for (let at = 0; at < bytes.length; at += pieceBytes) scan.push(bytes.subarray(at, at + pieceBytes));
  const parts = scan.end();
  if ('faults' in parts) throw new Error(JSON.stringify(parts.faults));
  return parts;
}

function csvInParts(text: string, partBytes: number, pieceBytes: number, kept: string[] = [], csv: object = {}) {
  const bytes = Buffer.from(text);
  const dialect = exampleManifest({ csv }).csv;
  const scan = new CsvPartScan(dialect, { bytes: partBytes, rows: Number.POSITIVE_INFINITY });
  const parts = scanned(scan, bytes, pieceBytes);
  const columns = scan.columns ?? [];
  const whole = outcome(new CsvRowDecoder(layout, dialect, kept), bytes);
  const decoderAt = (place: RowPlace | undefined) =>
    new CsvRowDecoder(layout, dialect, kept, place && { place, columns });
  return { parts, whole, apart: inParts(bytes, parts, decoderAt) };
}

const lines = fc.oneof(
  fc.constantFrom(good, good, `${good}\r`, '', ',,,,,,', '"",,,,,,', `"pump\n7",4.5,17,true,B,n,0`, '"open', 'a,b'),
  fc.string({ unit: fc.constantFrom('"', ',', 'x', '\r', '\n', '1'), maxLength: 12 }),
);

describe('a file read in parts is the file read whole', () => {
  test('CSV, whatever stands in it and wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(lines, { maxLength: 12 }),
        fc.integer({ min: 1, max: 200 }),
        fc.nat(60),
        (rows, part, piece) => {
          for (const kept of [[], ['note']]) {
            const { whole, apart } = csvInParts(`${header}\n${rows.join('\n')}`, part, piece + 1, kept);
            expect(apart).toEqual(whole);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test('NDJSON, whatever stands in it and wherever it is cut', () => {
    const ndjson = fc.array(fc.constantFrom(record, record, '', ' \t\r', '{', ` ${record}\r`, 'null'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(ndjson, fc.integer({ min: 1, max: 300 }), fc.nat(60), fc.boolean(), (rows, part, piece, ends) => {
        const bytes = Buffer.from(rows.join('\n') + (ends ? '\n' : ''));
        const parts = scanned(new NdjsonPartScan({ bytes: part, rows: 1e9 }), bytes, piece + 1);
        const decoderAt = (start?: RowPlace) => new NdjsonRowDecoder(jsonRowReader(layout), undefined, start);
        expect(inParts(bytes, parts, decoderAt)).toEqual(outcome(decoderAt(), bytes));
      }),
      { numRuns: 200 },
    );
  });

  test('CSV without a header line, without quotes, with CR alone, and in Latin-1 with bytes of a mark in the middle', () => {
    const names = header.split(',');
    const many = (line: string, end: string) => Array.from({ length: 9 }, () => line + end).join('');
    for (const [text, csv] of [
      [many(good, '\n'), { columns: names }],
      [`${header}\r${many(good, '\r')}`, {}],
      [`${header}\n${many('"p,4.5,17,true,B,n,0', '\n')}`, { quote: '' }],
      [`${header}\n${many('ï»¿p,4.5,17,true,B,n,0', '\n')}`, {}],
    ] as const) {
      const { parts, whole, apart } = csvInParts(text, 60, 7, [], csv);
      expect(parts.length).toBeGreaterThan(3);
      expect(whole.rows.length).toBe(9);
      expect(apart).toEqual(whole);
    }
  });

  test('rows that are too long, and quotes that never close, cost what they cost in the whole file', () => {
    const long = `${'x'.repeat(limits.rowBytesMax + 5)},1`;
    const text = [header, good, `"${long}`, good, long, good, `"open`, ...Array.from({ length: 20 }, () => good), ''];
    const { parts, whole, apart } = csvInParts(text.join('\n'), 100, 1 << 16);
    expect(parts.length).toBeGreaterThan(5);
    expect(apart).toEqual(whole);
  });
});

test('parts are as large as they are to be, and end after so many rows at the latest', () => {
  const bytes = Buffer.from(`${header}\n${`${good}\n`.repeat(100)}`);
  const dialect = exampleManifest().csv;
  const rowsOf = (size: { bytes: number; rows: number }) =>
    scanned(new CsvPartScan(dialect, size), bytes, 999).map(({ rows }) => rows);
  expect(rowsOf({ bytes: 1e9, rows: 40 })).toEqual([40, 40, 20]);
  expect(rowsOf({ bytes: 50 * (good.length + 1), rows: 1e9 })).toEqual([49, 50, 1]);
  expect(rowsOf({ bytes: 1e9, rows: 1e9 })).toEqual([100]);
});

test('a file without a header is refused by the scan as by the decoder', () => {
  const dialect = exampleManifest().csv;
  const scan = new CsvPartScan(dialect, { bytes: 10, rows: 10 });
  scan.push(Buffer.from('"never closed'));
  const failure = outcome(new CsvRowDecoder(layout, dialect, []), Buffer.from('"never closed')).failure;
  expect(scan.end()).toEqual({ faults: failure });
});
