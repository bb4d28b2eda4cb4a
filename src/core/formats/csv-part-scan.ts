import type { Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import type { CsvDialect } from '../manifest/csv.ts';
import { declined } from './csv-quick-rows.ts';
import { CsvReader } from './csv-reader.ts';
import { type CsvRow, type CsvTarget, isEmptyRow, namesIn, textReaders } from './csv-row.ts';
import { type FilePart, PartCutter, type PartSize } from './part-cutter.ts';
import type { PartScan } from './part-scan.ts';

const [lineFeed, carriageReturn] = [0x0a, 0x0d] as const;

/**
 * Finds the parts of a CSV file. Rows are found by the same reader that the decoder has; a line without a quote in it is
 * passed by its line end alone.
 */
export class CsvPartScan implements PartScan, CsvTarget {
  columns: readonly string[] | undefined;
  readonly #cutter: PartCutter;
  readonly #reader: CsvReader;
  readonly #separator: number;
  readonly #quote: number;
  #fileBytes = 0;
  #failure: readonly Fault[] | undefined;
  #bytes: Buffer = Buffer.alloc(0);
  #source: Uint8Array | undefined;
  /** Where the next quote and the next carriage return stand. */
  #nextQuote = 0;
  #nextReturn = 0;

  /** @param dialect of another encoding than UTF-16 */
  constructor({ separator, quote, encoding, columns }: CsvDialect, size: PartSize) {
    const textOf = textReaders[encoding === 'utf-16' ? 'utf-8' : encoding];
    this.columns = columns;
    this.#cutter = new PartCutter(size);
    this.#separator = separator.charCodeAt(0);
    // NaN, which no byte is, where there are no quotes.
    this.#quote = quote.charCodeAt(0);
    this.#reader = new CsvReader({ separator, quote, textOf });
  }

  get rows(): number {
    return this.#cutter.rows;
  }

  push(bytes: Uint8Array): void {
    this.#fileBytes += bytes.length;
    if (this.#failure === undefined) this.#reader.push(bytes, this);
  }

  end(): readonly FilePart[] | { readonly faults: readonly Fault[] } {
    this.#reader.end(this);
    return this.#failure === undefined ? this.#cutter.end(this.#fileBytes) : { faults: this.#failure };
  }

  row(row: CsvRow): void {
    if (this.columns === undefined) this.columns = namesIn(row);
    else if (!isEmptyRow(row)) this.#cutter.record(row.line, row.byte);
  }

  fault(fault: Fault, line: number, byte: number): void {
    if (this.columns === undefined) this.#failure ??= [fault];
    else this.#cutter.record(line, byte);
  }

  quickRow(bytes: Uint8Array, at: number, line: number, byte: number): number {
    if (this.columns === undefined) return declined;
    if (bytes !== this.#source) this.#look(bytes);
    const text = this.#bytes;
    const first = text[at];
    // It may be a row that holds nothing, which is none.
    if (first === this.#separator || first === lineFeed || first === carriageReturn) return declined;
    const end = text.indexOf(lineFeed, at);
    if (this.#nextQuote < at) this.#nextQuote = placeOf(text, this.#quote, at);
    if (this.#nextReturn < at) this.#nextReturn = placeOf(text, carriageReturn, at);
    if (this.#nextQuote < end || this.#nextReturn < end - 1 || end - at >= limits.rowBytesMax) return declined;
    this.#cutter.record(line, byte);
    return end + 1;
  }

  #look(bytes: Uint8Array): void {
    this.#source = bytes;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#nextQuote = -1;
    this.#nextReturn = -1;
  }
}

/** Where the byte stands next; infinitely far when it does not. */
function placeOf(bytes: Buffer, byte: number, from: number): number {
  const at = Number.isNaN(byte) ? -1 : bytes.indexOf(byte, from);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}
