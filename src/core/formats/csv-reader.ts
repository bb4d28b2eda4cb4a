import type { Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import { ByteWindow } from './byte-window.ts';
import { type CsvRow, type CsvTarget, type TextOf, textReaders } from './csv-row.ts';
import { utf16BytesOf } from './utf16.ts';

/** How the bytes that a reader is given are written. */
export interface CsvReading {
  readonly separator: string;
  /** `"` when nothing is said; empty: quotes are text like any other. */
  readonly quote?: string;
  readonly textOf?: TextOf;
  /** Whether the bytes are UTF-8 made of a UTF-16 file: places are then those of that file. */
  readonly isFromUtf16?: boolean;
  /** Where the bytes stand in the file, when they begin in its middle: at the beginning of a row. */
  readonly start?: { readonly line: number; readonly byte: number } | undefined;
}

const [lineFeed, carriageReturn] = [0x0a, 0x0d] as const;
const byteOrderMark = [0xef, 0xbb, 0xbf];

const unclosedQuote: Fault = {
  code: 'csv.unclosed_quote',
  path: '',
  expected: 'a closing quote, then a separator or the end of the line',
  got: 'something else',
};
const rowTooLong: Fault = {
  code: 'row.too_long',
  path: '',
  expected: `at most ${limits.rowBytesMax} bytes`,
  got: 'more',
};

/** What the scanner says of the bytes from a place on. */
type Scan = 'row' | 'needs more' | 'malformed';

/**
 * Splits CSV bytes into rows (RFC 4180; LF, CRLF or CR). Bytes are pushed in pieces of any size, rows come out; how the
 * bytes were cut never changes the rows. Blank lines are passed over. A quote that never closes costs its own line, not
 * the rest of the file: reading goes on behind that line.
 */
export class CsvReader {
  readonly #separator: number;
  /** NaN, which no byte is, where there are no quotes. */
  readonly #quote: number;
  readonly #isFromUtf16: boolean;
  readonly #row: { -readonly [Key in keyof CsvRow]: CsvRow[Key] };
  readonly #window = new ByteWindow();
  /** Bytes that came since the window was read. */
  #newBytes = 0;
  /** What is read at the moment. */
  #buffer = this.#window.view();
  /** The next unread byte of the buffer. */
  #at = 0;
  /** Byte of the file at `#measured` of the buffer. */
  #byte = 0;
  #measured = 0;
  #line = 1;
  #started = false;
  /** Whether the rest of a line that is too long has yet to be passed over. */
  #passing = false;
  #nextAt = 0;
  #newLines = 0;

  constructor({ separator, quote = '"', textOf = textReaders['utf-8'], isFromUtf16 = false, start }: CsvReading) {
    if (start !== undefined) {
      this.#started = true;
      this.#line = start.line;
      this.#byte = start.byte;
    }
    this.#separator = separator.charCodeAt(0);
    this.#quote = quote.charCodeAt(0);
    this.#isFromUtf16 = isFromUtf16;
    const columns = limits.csvColumnsMax;
    const [starts, ends, escaped] = [new Int32Array(columns), new Int32Array(columns), new Uint8Array(columns)];
    this.#row = { bytes: this.#buffer, fieldCount: 0, starts, ends, escaped, line: 1, byte: 0, quote, textOf };
  }

  /** Reads the rows that are whole by now; a long row that comes in small pieces only now and then. */
  push(bytes: Uint8Array, target: CsvTarget): void {
    this.#window.append(bytes);
    this.#newBytes += bytes.length;
    // A row that is not whole is looked at again when it has doubled: else many small pieces cost their square.
    if (this.#newBytes >= this.#window.length - this.#newBytes) this.#read(target, false);
  }

  /** Reads what is left: the last row may lack its line end. */
  end(target: CsvTarget): void {
    this.#read(target, true);
  }

  #read(target: CsvTarget, isEnd: boolean): void {
    this.#buffer = this.#window.view();
    this.#newBytes = 0;
    this.#at = 0;
    this.#measured = 0;
    this.#readRows(target, isEnd);
    this.#measure();
    this.#window.pass(this.#at);
  }

  #readRows(target: CsvTarget, isEnd: boolean): void {
    if (!this.#started) {
      if (!isEnd && this.#buffer.length < byteOrderMark.length) return;
      if (byteOrderMark.every((byte, i) => this.#buffer[i] === byte)) this.#at = byteOrderMark.length;
      this.#started = true;
    }
    this.#row.bytes = this.#buffer;
    let canGoOn = !this.#passing || this.#passLine(isEnd);
    const quickEnd = target.quickRow === undefined ? 0 : this.#buffer.lastIndexOf(lineFeed) + 1;
    while (canGoOn && this.#at < this.#buffer.length) {
      if (this.#at < quickEnd) this.#readQuickRows(target as Required<CsvTarget>, quickEnd);
      if (this.#at < this.#buffer.length) canGoOn = this.#readRow(target, isEnd);
    }
  }

  #readQuickRows(target: Required<CsvTarget>, end: number): void {
    while (this.#at < end) {
      const next = target.quickRow(this.#buffer, this.#at, this.#line, this.#measure());
      if (next < 0) return;
      this.#at = next;
      this.#line++;
    }
  }

  /** Byte of the file at which the next unread byte stands. */
  #measure(): number {
    const from = this.#measured;
    const to = this.#at;
    this.#byte += this.#isFromUtf16 ? utf16BytesOf(this.#buffer, from, to) : to - from;
    this.#measured = to;
    return this.#byte;
  }

  /** Hands out the next row, or what is wrong with it. @returns false when more bytes are needed */
  #readRow(target: CsvTarget, isEnd: boolean): boolean {
    const row = this.#row;
    row.line = this.#line;
    row.byte = this.#measure();
    const scan = this.#scanRow(isEnd);
    const length = (scan === 'needs more' ? this.#buffer.length : this.#nextAt) - this.#at;
    const isTooLong = length > limits.rowBytesMax;
    if (scan === 'needs more' && !isEnd && !isTooLong) return false;
    if (scan === 'row' && !isTooLong) {
      const isBlank = row.fieldCount === 1 && row.starts[0] === row.ends[0];
      if (!isBlank) target.row(row);
      this.#at = this.#nextAt;
      this.#line += this.#newLines;
      return true;
    }
    target.fault(isTooLong && !this.#hasLineEnd() ? rowTooLong : unclosedQuote, row.line, row.byte);
    return this.#passLine(isEnd);
  }

  /** Whether the line at hand ends within what a row may be long. */
  #hasLineEnd(): boolean {
    const line = this.#buffer.subarray(this.#at, this.#at + limits.rowBytesMax);
    return line.includes(lineFeed) || line.includes(carriageReturn);
  }

  /** Goes on behind the line at hand. @returns false when its end has yet to come */
  #passLine(isEnd: boolean): boolean {
    const bytes = this.#buffer;
    let end = this.#at;
    while (end < bytes.length && bytes[end] !== lineFeed && bytes[end] !== carriageReturn) end++;
    // Whether a line feed follows a carriage return decides where the next row begins.
    const isOpen = end === bytes.length || (bytes[end] === carriageReturn && end + 1 === bytes.length);
    this.#passing = isOpen && !isEnd;
    if (this.#passing) {
      this.#at = end;
      return false;
    }
    this.#at = bytes[end] === carriageReturn && bytes[end + 1] === lineFeed ? end + 2 : Math.min(end + 1, bytes.length);
    this.#line++;
    return true;
  }

  /** Finds the fields of the row that begins at `#at`, its end and the line ends inside it. */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: every byte of a file passes here; calls would cost more than they explain.
  #scanRow(isEnd: boolean): Scan {
    const { starts, ends, escaped } = this.#row;
    const bytes = this.#buffer;
    const separator = this.#separator;
    const quote = this.#quote;
    const { length } = bytes;
    let at = this.#at;
    let field = 0;
    this.#newLines = 1;
    for (;;) {
      if (field === starts.length) return this.#malformed(length);
      if (bytes[at] === quote) {
        const close = this.#quotedEnd(at + 1, field);
        if (close < 0) return 'needs more';
        starts[field] = at + 1;
        ends[field] = close;
        at = close + 1;
      } else {
        starts[field] = at;
        escaped[field] = 0;
        let byte = bytes[at];
        while (at < length && byte !== separator && byte !== lineFeed && byte !== carriageReturn) byte = bytes[++at];
        ends[field] = at;
      }
      field++;
      if (at >= length) {
        if (!isEnd) return 'needs more';
        return this.#rowUntil(at, field);
      }
      const byte = bytes[at];
      if (byte === separator) at++;
      else if (byte === lineFeed) return this.#rowUntil(at + 1, field);
      else if (byte === carriageReturn) {
        // Whether a line feed follows decides where the next row begins.
        if (at + 1 === length && !isEnd) return 'needs more';
        return this.#rowUntil(bytes[at + 1] === lineFeed ? at + 2 : at + 1, field);
      } else return this.#malformed(at);
    }
  }

  #rowUntil(next: number, fieldCount: number): Scan {
    this.#nextAt = next;
    this.#row.fieldCount = fieldCount;
    return 'row';
  }

  #malformed(at: number): Scan {
    this.#nextAt = at;
    return 'malformed';
  }

  /** Position of the closing quote; -1 when the buffer ends before it. */
  #quotedEnd(from: number, field: number): number {
    const bytes = this.#buffer;
    const quote = this.#quote;
    this.#row.escaped[field] = 0;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === lineFeed || (byte === carriageReturn && bytes[at + 1] !== lineFeed)) this.#newLines++;
      if (byte !== quote) continue;
      if (bytes[at + 1] !== quote) return at;
      this.#row.escaped[field] = 1;
      at++;
    }
    return -1;
  }
}
