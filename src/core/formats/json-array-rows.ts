import type { JsonBytesReader } from '../batch/json-bytes.ts';
import type { AppendJsonRow } from '../batch/json-rows.ts';
import type { Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import { ByteWindow } from './byte-window.ts';
import type { DecodedRows, RowDecoder } from './decoded-rows.ts';
import { JsonRecordReader } from './json-record.ts';
import { isJsonSpace, JsonRecordEnd } from './json-record-end.ts';

/** What may stand next between the records. */
type Expected = 'an array of records' | 'a record or ]' | 'a record' | ', or ]' | 'the end of the file';

const [openBracket, closeBracket, comma, lineFeed] = [0x5b, 0x5d, 0x2c, 0x0a] as const;
const byteOrderMark = [0xef, 0xbb, 0xbf];

/**
 * Reads a file that is one JSON array of objects, record by record: memory is bounded by a record. What is wrong inside
 * of a record costs that record; what is wrong between them ends the file, since nobody knows where the next one begins.
 */
export class JsonArrayRowDecoder implements RowDecoder {
  rowsSeen = 0;
  readonly keptColumns: readonly string[];
  readonly #record: JsonRecordReader;
  #expected: Expected = 'an array of records';
  #failure: readonly Fault[] | undefined;
  /** Whether a record was begun. */
  #isInRecord = false;
  /** Bytes from the record at hand on, where one was begun. */
  readonly #window = new ByteWindow();
  /** How far the record at hand was looked through. */
  #scanned = 0;
  #end = new JsonRecordEnd();
  /** Whether the record at hand is too long, was refused, and has yet to be passed over. */
  #passing = false;
  #line = 1;
  #byte = 0;

  /** @param keptColumns fields that are repeated in the result */
  constructor(append: AppendJsonRow, quick: JsonBytesReader | undefined, keptColumns: readonly string[] = []) {
    this.#record = new JsonRecordReader(append, quick, keptColumns);
    this.keptColumns = keptColumns;
  }

  decode(bytes: Uint8Array, into: DecodedRows): readonly Fault[] | undefined {
    if (this.#failure !== undefined) return this.#failure;
    this.#window.append(bytes);
    const buffer = this.#window.view();
    let at = 0;
    while (at < buffer.length && this.#failure === undefined) {
      const next = this.#isInRecord ? this.#readRecord(buffer, at, into) : this.#readBetween(buffer, at);
      if (next < 0) break;
      at = next;
    }
    this.#window.pass(at);
    return this.#failure;
  }

  finish(): readonly Fault[] | undefined {
    if (this.#failure === undefined && (this.#isInRecord || this.#expected !== 'the end of the file')) {
      this.#fail(this.#isInRecord ? 'the end of the record' : this.#expected, 'the end of the file');
    }
    return this.#failure;
  }

  /** Reads one byte between the records, or sees that a record begins. @returns where it goes on; -1 when more is needed */
  #readBetween(bytes: Uint8Array, at: number): number {
    const byte = bytes[at]!;
    if (this.#byte === 0 && byte === byteOrderMark[0]) {
      if (bytes.length < byteOrderMark.length) return -1;
      if (byteOrderMark.every((each, i) => bytes[i] === each)) return this.#advance(byteOrderMark.length);
    }
    if (isJsonSpace(byte)) {
      if (byte === lineFeed) this.#line++;
      return this.#advance(at + 1, 1);
    }
    const next = this.#after(byte);
    if (next === undefined) return this.#fail(this.#expected, 'something else');
    if (next === ', or ]' && byte !== closeBracket) {
      this.#isInRecord = true;
      this.#expected = next;
      return at;
    }
    this.#expected = next;
    return this.#advance(at + 1, 1);
  }

  #advance(to: number, bytes = to): number {
    this.#byte += bytes;
    return to;
  }

  /** What is expected behind this byte; undefined when it may not stand here. */
  #after(byte: number): Expected | undefined {
    switch (this.#expected) {
      case 'an array of records':
        return byte === openBracket ? 'a record or ]' : undefined;
      case 'a record or ]':
        if (byte === closeBracket) return 'the end of the file';
        return byte === comma ? undefined : ', or ]';
      case 'a record':
        return byte === comma || byte === closeBracket ? undefined : ', or ]';
      case ', or ]':
        if (byte === closeBracket) return 'the end of the file';
        return byte === comma ? 'a record' : undefined;
      case 'the end of the file':
        return undefined;
    }
  }

  /** Reads the record that begins at `start`. @returns where it ends; -1 when more is needed */
  #readRecord(bytes: Uint8Array, start: number, into: DecodedRows): number {
    const end = this.#end.find(bytes, start + this.#scanned);
    const length = (end < 0 ? bytes.length : end) - start;
    const isTooLong = length > limits.rowBytesMax;
    if (!this.#passing && (end >= 0 || isTooLong)) this.#judge(bytes, start, start + length, into);
    this.#passing = end < 0 && (this.#passing || isTooLong);
    if (end < 0 && !this.#passing) {
      this.#scanned = length;
      return -1;
    }
    this.#countLines(bytes, start, start + length);
    this.#scanned = 0;
    this.#isInRecord = end < 0;
    if (end >= 0) this.#end = new JsonRecordEnd();
    return this.#advance(start + length, length);
  }

  #judge(bytes: Uint8Array, start: number, end: number, into: DecodedRows): void {
    const place = { row: this.rowsSeen++, line: this.#line, byte: this.#byte };
    if (this.#record.take(bytes, start, end, into)) into.places.push(place.row, place.line, place.byte);
    else this.#record.read(bytes.subarray(start, end), place, into);
  }

  #countLines(bytes: Uint8Array, start: number, end: number): void {
    for (let at = bytes.indexOf(lineFeed, start); at >= 0 && at < end; at = bytes.indexOf(lineFeed, at + 1))
      this.#line++;
  }

  #fail(expected: string, got: string): -1 {
    const place = `${got} (line ${this.#line}, byte ${this.#byte})`;
    this.#failure = [{ code: 'json.malformed', path: '', expected, got: place }];
    return -1;
  }
}
