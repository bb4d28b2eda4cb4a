import type { JsonBytesReader } from '../batch/json-bytes.ts';
import type { AppendJsonRow } from '../batch/json-rows.ts';
import type { Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import type { DecodedRows, RowDecoder } from './decoded-rows.ts';
import { parseJson } from './json-text.ts';

const lineFeed = 0x0a;
const [blank, tab, carriageReturn] = [0x20, 0x09, 0x0d] as const;

function isBlank(line: Uint8Array): boolean {
  for (const byte of line) if (byte !== blank && byte !== tab && byte !== carriageReturn) return false;
  return true;
}

/** Reads files of one JSON object a line. Blank lines are passed over. */
export class NdjsonRowDecoder implements RowDecoder {
  rowsSeen = 0;
  readonly keptColumns: readonly string[] = [];
  readonly #append: AppendJsonRow;
  readonly #quick: JsonBytesReader | undefined;
  #rest: Uint8Array = new Uint8Array(0);
  /** Whether the rest of a line that is too long has yet to be passed over. */
  #passing = false;
  #line = 1;
  #byte = 0;

  /** @param quick reads most lines without a text or an object; without it every line is parsed */
  constructor(append: AppendJsonRow, quick?: JsonBytesReader) {
    this.#append = append;
    this.#quick = quick;
  }

  decode(bytes: Uint8Array, into: DecodedRows): undefined {
    const buffer = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let start = 0;
    for (let end = buffer.indexOf(lineFeed); end >= 0; end = buffer.indexOf(lineFeed, start)) {
      if (this.#passing) this.#passing = false;
      else if (!this.#takeLine(buffer, start, end, into)) this.#readLine(buffer.subarray(start, end), into);
      this.#line++;
      this.#byte += end + 1 - start;
      start = end + 1;
    }
    this.#rest = buffer.subarray(start);
    if (this.#rest.length <= limits.rowBytesMax) return;
    if (!this.#passing) this.#readLine(this.#rest, into);
    this.#passing = true;
    this.#byte += this.#rest.length;
    this.#rest = new Uint8Array(0);
  }

  finish(into: DecodedRows): undefined {
    if (!this.#passing) this.#readLine(this.#rest, into);
  }

  #takeLine(bytes: Uint8Array, start: number, end: number, into: DecodedRows): boolean {
    if (this.#quick === undefined || end - start > limits.rowBytesMax) return false;
    if (!this.#quick.appendRecord(into.batch, bytes, start, end)) return false;
    into.places.push(this.rowsSeen++, this.#line, this.#byte);
    return true;
  }

  #readLine(line: Uint8Array, into: DecodedRows): void {
    if (isBlank(line)) return;
    const place = { row: this.rowsSeen++, line: this.#line, byte: this.#byte };
    const json = line.length > limits.rowBytesMax ? { fault: lineTooLong(line.length) } : parseJson(line);
    const faults = 'fault' in json ? [json.fault] : this.#append(into.batch, json.value);
    if (faults === undefined) into.places.push(place.row, place.line, place.byte);
    else for (const fault of faults) into.faults.push({ ...fault, ...place });
  }
}

const lineTooLong = (bytes: number): Fault => ({
  code: 'row.too_long',
  path: '',
  expected: `at most ${limits.rowBytesMax} bytes`,
  got: `${bytes} or more`,
});
