import type { JsonBytesReader } from '../batch/json-bytes.ts';
import type { AppendJsonRow } from '../batch/json-rows.ts';
import { limits } from '../limits.ts';
import { ByteWindow } from './byte-window.ts';
import type { DecodedRows, RowDecoder } from './decoded-rows.ts';
import { JsonRecordReader } from './json-record.ts';
import type { RowPlace } from './row-places.ts';

const [blank, tab, lineFeed, carriageReturn] = [0x20, 0x09, 0x0a, 0x0d] as const;

/** Whether a line, or what there is of it, holds nothing. */
export function isBlankLine(line: Uint8Array): boolean {
  for (const byte of line) if (byte !== blank && byte !== tab && byte !== carriageReturn) return false;
  return true;
}

/** Reads files of one JSON object a line. Blank lines are passed over. */
export class NdjsonRowDecoder implements RowDecoder {
  rowsSeen = 0;
  readonly keptColumns: readonly string[];
  readonly #record: JsonRecordReader;
  readonly #window = new ByteWindow();
  /** Whether the rest of a line that is too long has yet to be passed over. */
  #passing = false;
  #line = 1;
  #byte = 0;

  /**
   * @param quick reads most lines without a text or an object; without it every line is parsed
   * @param start the place of the first row, when the bytes begin in the middle of the file
   * @param keptColumns fields that are repeated in the result
   */
  constructor(append: AppendJsonRow, quick?: JsonBytesReader, start?: RowPlace, keptColumns: readonly string[] = []) {
    this.#record = new JsonRecordReader(append, quick, keptColumns);
    this.keptColumns = keptColumns;
    if (start === undefined) return;
    this.rowsSeen = start.row;
    this.#line = start.line;
    this.#byte = start.byte;
  }

  decode(bytes: Uint8Array, into: DecodedRows): undefined {
    this.#window.append(bytes);
    const buffer = this.#window.view();
    let start = 0;
    for (let end = buffer.indexOf(lineFeed); end >= 0; end = buffer.indexOf(lineFeed, start)) {
      if (this.#passing) this.#passing = false;
      else this.#readLine(buffer, start, end, into);
      this.#line++;
      this.#byte += end + 1 - start;
      start = end + 1;
    }
    this.#window.pass(start);
    const { length } = this.#window;
    if (length <= limits.rowBytesMax) return;
    if (!this.#passing) this.#readLine(buffer, start, buffer.length, into);
    this.#passing = true;
    this.#byte += length;
    this.#window.pass(length);
  }

  finish(into: DecodedRows): undefined {
    if (!this.#passing) this.#readLine(this.#window.view(), 0, this.#window.length, into);
  }

  #readLine(bytes: Uint8Array, start: number, end: number, into: DecodedRows): void {
    if (this.#record.take(bytes, start, end, into)) {
      into.places.push(this.rowsSeen++, this.#line, this.#byte);
      return;
    }
    const line = bytes.subarray(start, end);
    if (!isBlankLine(line)) this.#record.read(line, { row: this.rowsSeen++, line: this.#line, byte: this.#byte }, into);
  }
}
