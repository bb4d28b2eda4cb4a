import type { Layout } from '../batch/layout.ts';
import { describeValue, type Fault, pointerTo } from '../fault.ts';
import type { CsvDialect } from '../manifest/csv.ts';
import { type CsvPlan, planOf } from './csv-plan.ts';
import { declined, QuickRows } from './csv-quick-rows.ts';
import { CsvReader } from './csv-reader.ts';
import { type CsvRow, type CsvTarget, fieldText, isEmptyRow, namesIn, textReaders } from './csv-row.ts';
import type { DecodedRows, RowDecoder } from './decoded-rows.ts';
import { EncodedBytes } from './encoded-bytes.ts';
import type { RowPlace } from './row-places.ts';

/** Where a decoder begins that does not begin with its file. */
export interface CsvStart {
  /** The place of the first row. */
  readonly place: RowPlace;
  /** Names of the columns, as the header has them. */
  readonly columns: readonly string[];
}

/** Reads the rows of a CSV file into batches of a layout. A file that is not written as the dialect says is refused. */
export class CsvRowDecoder implements RowDecoder, CsvTarget {
  rowsSeen = 0;
  readonly keptColumns: readonly string[];
  readonly #layout: Layout;
  readonly #dialect: CsvDialect;
  readonly #bytes: EncodedBytes;
  readonly #reader: CsvReader;
  #plan: CsvPlan | undefined;
  /** undefined before the header was read, and where columns are repeated: their texts are needed then. */
  #quick: QuickRows | undefined;
  #failure: readonly Fault[] | undefined;
  #into!: DecodedRows;

  /**
   * @param keptColumns names of the columns that are repeated in the result
   * @param start when the bytes begin in the middle of the file, whose encoding is then not UTF-16
   */
  constructor(layout: Layout, dialect: CsvDialect, keptColumns: readonly string[], start?: CsvStart) {
    const { separator, quote, encoding } = dialect;
    const isFromUtf16 = encoding === 'utf-16';
    this.#layout = layout;
    this.#dialect = dialect;
    this.keptColumns = keptColumns;
    this.#bytes = new EncodedBytes(encoding, start === undefined);
    this.#reader = new CsvReader({
      separator,
      quote,
      isFromUtf16,
      textOf: textReaders[isFromUtf16 ? 'utf-8' : encoding],
      start: start?.place,
    });
    if (start === undefined) return;
    this.rowsSeen = start.place.row;
    this.#failure = this.#take(start.columns);
  }

  decode(bytes: Uint8Array, into: DecodedRows): readonly Fault[] | undefined {
    this.#into = into;
    this.#read(this.#bytes.push(bytes));
    return this.#failure;
  }

  finish(into: DecodedRows): readonly Fault[] | undefined {
    this.#into = into;
    this.#read(this.#bytes.end());
    if (this.#failure !== undefined) return this.#failure;
    this.#reader.end(this);
    if (this.#plan === undefined && this.#dialect.columns === undefined) {
      this.#failure ??= [{ code: 'csv.no_header', path: '', expected: 'a header line', got: 'an empty file' }];
    }
    return this.#failure;
  }

  #read(bytes: Uint8Array | Fault): void {
    if (this.#failure !== undefined) return;
    if (bytes instanceof Uint8Array) this.#reader.push(bytes, this);
    else this.#failure = [bytes];
  }

  row(row: CsvRow): void {
    if (this.#failure !== undefined) return;
    if (this.#plan !== undefined) this.#readRow(row, this.#plan);
    else if (this.#dialect.columns === undefined) this.#readHeader(row);
    else this.#readFirstRow(row, this.#dialect.columns);
  }

  quickRow(bytes: Uint8Array, at: number, line: number, byte: number): number {
    const next = this.#quick?.read(bytes, at, this.#into.batch) ?? declined;
    if (next !== declined) this.#into.places.push(this.rowsSeen++, line, byte);
    return next;
  }

  fault(fault: Fault, line: number, byte: number): void {
    const { columns } = this.#dialect;
    // Where the manifest names the columns a wrong first line is a wrong row; else there is no header.
    if (this.#plan === undefined && columns !== undefined) this.#failure ??= this.#take(columns);
    if (this.#plan === undefined) this.#failure ??= [fault];
    else this.#into.faults.push({ ...fault, row: this.rowsSeen++, line, byte });
  }

  #readRow(row: CsvRow, plan: CsvPlan): void {
    if (isEmptyRow(row)) return;
    const { batch, places, kept, faults } = this.#into;
    const place = { row: this.rowsSeen++, line: row.line, byte: row.byte };
    if (row.fieldCount !== plan.fieldCount) {
      const expected = `${plan.fieldCount} fields`;
      faults.push({ code: 'csv.wrong_field_count', path: '', expected, got: String(row.fieldCount), ...place });
      return;
    }
    const at = batch.startRow();
    let isGood = true;
    for (const read of plan.reads) {
      const fault = read(row, batch, at);
      if (fault === undefined) continue;
      isGood = false;
      faults.push({ ...fault, ...place });
    }
    const repeated = plan.kept.map((field) => fieldText(row, field));
    const notText = repeated.indexOf(undefined);
    if (notText >= 0) {
      isGood = false;
      faults.push({ ...notInEncoding(this.keptColumns[notText]!, this.#dialect), ...place });
    }
    if (!isGood) return;
    batch.finishRow();
    places.push(place.row, place.line, place.byte);
    if (repeated.length > 0) kept.push(repeated);
  }

  #readHeader(row: CsvRow): void {
    const names = namesIn(row);
    const wrong = this.#take(names);
    if (wrong === undefined) return;
    const isOneName = names.length === 1 && wrong.some(({ code }) => code === 'csv.missing_column');
    const separator = isOneName ? otherSeparatorIn(names[0]!, this.#dialect.separator) : undefined;
    this.#failure =
      separator === undefined
        ? wrong
        : [wrongDialect(`columns separated by ${JSON.stringify(this.#dialect.separator)}`, JSON.stringify(separator))];
  }

  /** Without a header line the first line is a row; one that names the columns shows that the file has a header. */
  #readFirstRow(row: CsvRow, columns: readonly string[]): void {
    const texts = namesIn(row);
    if (texts.length === columns.length && columns.every((name, i) => texts[i] === name)) {
      this.#failure = [wrongDialect('no header line, as the manifest names the columns', describeValue(texts))];
      return;
    }
    this.#failure = this.#take(columns);
    if (this.#plan !== undefined) this.#readRow(row, this.#plan);
  }

  #take(names: readonly string[]): Fault[] | undefined {
    const plan = planOf(this.#layout, this.#dialect, names, this.keptColumns);
    if (Array.isArray(plan)) return plan as Fault[];
    this.#plan = plan as CsvPlan;
    if (this.keptColumns.length === 0) this.#quick = new QuickRows(this.#layout, this.#dialect, this.#plan);
    return undefined;
  }
}

const otherSeparatorIn = (text: string, separator: string): string | undefined =>
  [',', ';', '\t', '|'].find((each) => each !== separator && text.includes(each));

const wrongDialect = (expected: string, got: string): Fault => ({ code: 'csv.wrong_dialect', path: '', expected, got });

const notInEncoding = (column: string, { encoding }: CsvDialect): Fault => ({
  code: 'text.not_utf8',
  path: pointerTo(column),
  expected: encoding.toUpperCase(),
  got: 'bytes that are not',
});
