import { limits } from '../limits.ts';
import { malformed, unsupported } from './broken.ts';
import { PageTexts } from './coded-texts.ts';
import { type ColumnType, valueKindOf } from './column-type.ts';
import type { CellText, ColumnValues } from './column-values.ts';
import { type MeantValues, meantValues } from './meaning.ts';
import { type DataPage, type PageHeader, readDataPage, readDictionary, storedPage, type Unpack } from './page.ts';

/** Reads the header of a page that begins at `at`. @throws where there is none */
export type ReadPageHeader = (chunk: Uint8Array, at: number) => { readonly header: PageHeader; readonly end: number };

/** What all columns of a file share while it is read. */
export interface PageReading {
  readonly readHeader: ReadPageHeader;
  /**
   * Is told of each page before it is unpacked, and by how much more or less its column holds then.
   * @throws {ParquetError} when that is too much
   */
  readonly take: (header: PageHeader, heldBytes: number) => void;
}

/** The column of one row group. Its pages are unpacked one at a time, as their rows are asked for. */
export interface ColumnChunk {
  readonly column: ColumnType;
  /** All pages, as they are stored. */
  readonly bytes: Uint8Array;
  readonly unpack: Unpack;
}

type Values = ColumnValues['values'];

/** What a value takes in memory, its flag and its code with it. */
const valueBytes = 16;

interface MeantDictionary {
  readonly values: Values;
  /** Where the values are codes of texts. */
  readonly texts: PageTexts | undefined;
}

interface MeantPage extends MeantDictionary {
  readonly rows: number;
  readonly missing: Uint8Array | undefined;
  /** For each row that has a value, where this stands among the values; undefined where they stand in the order of rows. */
  readonly codes: Int32Array | undefined;
}

/** Hands out the values of a column in slices of any number of rows. */
export class ColumnCursor {
  readonly #chunk: ColumnChunk;
  readonly #reading: PageReading;
  #at = 0;
  #dictionary: MeantDictionary | undefined;
  #page: MeantPage | undefined;
  /** Rows and values of the page that were handed out. */
  #rowsTaken = 0;
  #valuesTaken = 0;
  #held = 0;

  constructor(chunk: ColumnChunk, reading: PageReading) {
    this.#chunk = chunk;
    this.#reading = reading;
  }

  /** The values of the next rows. @throws {ParquetError} */
  take(rows: number): ColumnValues {
    const kind = valueKindOf(this.#chunk.column);
    const values = emptyValues(this.#chunk.column, rows);
    const texts: CellText[] = [];
    let missing: Uint8Array | undefined;
    for (let done = 0; done < rows; ) {
      const page = this.#current();
      const count = Math.min(rows - done, page.rows - this.#rowsTaken);
      const found = this.#valuesOf(page, count);
      if (page.missing === undefined) {
        values.set(found as never, done);
        this.#valuesTaken += count;
      } else {
        missing ??= new Uint8Array(rows);
        missing.set(page.missing.subarray(this.#rowsTaken, this.#rowsTaken + count), done);
        this.#valuesTaken += spreadValues(found, values, missing, done, done + count);
      }
      page.texts?.moveTo(texts, values as Int32Array, missing, done, done + count);
      this.#rowsTaken += count;
      done += count;
    }
    return (kind === 'texts' ? { kind, values, missing, texts } : { kind, values, missing }) as ColumnValues;
  }

  #current(): MeantPage {
    while (this.#page === undefined || this.#rowsTaken === this.#page.rows) this.#next();
    return this.#page;
  }

  /** The next values of the page, looked up where they are codes: no more than these, or memory would be gone through twice. */
  #valuesOf({ values, codes }: MeantPage, count: number): Values {
    const [from, to] = [this.#valuesTaken, this.#valuesTaken + count];
    return codes === undefined
      ? values.subarray(from, to)
      : lookedUp(codes.subarray(from, to), values, this.#chunk.column);
  }

  #next(): void {
    const { bytes, column, unpack } = this.#chunk;
    if (this.#at >= bytes.length) throw malformed(`the column "${column.name}" ends before its rows do`);
    const { header, end } = this.#reading.readHeader(bytes, this.#at);
    const next = end + header.packedBytes;
    if (!(next > this.#at && next <= bytes.length)) throw malformed('a page ends behind its column');
    if (header.unpackedBytes > limits.parquetPageBytesMax || header.values > limits.parquetPageRowsMax) {
      throw unsupported(`a page of ${header.unpackedBytes} bytes and ${header.values} values`);
    }
    if (!(header.unpackedBytes >= 0 && header.values >= 0)) throw malformed('a page of a negative length');
    const held = header.unpackedBytes + header.values * valueBytes;
    this.#reading.take(header, held - this.#held);
    this.#held = held;
    const stored = storedPage(bytes.subarray(end, next), header);
    this.#at = next;
    if (header.kind === 'dictionary') {
      this.#dictionary = withPageTexts(meantValues(readDictionary(stored, header, column, unpack), column));
    } else if (header.kind !== 'other') {
      const page = readDataPage(stored, header, column, unpack);
      this.#page = { rows: page.rows, missing: page.missing, ...this.#meant(page) };
      this.#rowsTaken = 0;
      this.#valuesTaken = 0;
    }
  }

  #meant({ values }: DataPage): Pick<MeantPage, 'values' | 'texts' | 'codes'> {
    if ('plain' in values) {
      return { ...withPageTexts(meantValues(values.plain, this.#chunk.column)), codes: undefined };
    }
    const dictionary = this.#dictionary;
    if (dictionary === undefined) throw malformed('codes, and no dictionary for them');
    const { codes } = values;
    let largest = -1;
    for (let i = 0; i < codes.length; i++) if (codes[i]! > largest) largest = codes[i]!;
    if (largest >= dictionary.values.length) throw malformed('a code that its dictionary does not have');
    return { ...dictionary, codes };
  }
}

const withPageTexts = ({ values, texts }: MeantValues): MeantDictionary => ({
  values,
  texts: texts && new PageTexts(texts),
});

function lookedUp(codes: Int32Array, dictionary: Values, column: ColumnType): Values {
  const found = emptyValues(column, codes.length);
  // Apart from the others, since numbers are what most columns hold: code that sees one type is several times faster.
  if (dictionary instanceof Float64Array) {
    for (let i = 0; i < codes.length; i++) found[i] = dictionary[codes[i]!]!;
    return found;
  }
  for (let i = 0; i < codes.length; i++) found[i] = dictionary[codes[i]!]!;
  return found;
}

/** Copies values to the rows that have one. @returns how many they were */
function spreadValues(from: Values, to: AnyValues, missing: Uint8Array, at: number, end: number): number {
  let next = 0;
  if (from instanceof Float64Array) {
    for (let row = at; row < end; row++) if (missing[row] === 0) to[row] = from[next++]!;
    return next;
  }
  for (let row = at; row < end; row++) if (missing[row] === 0) to[row] = from[next++]!;
  return next;
}

/** Room for values of a column, of whichever kind. */
type AnyValues = { [at: number]: number | bigint } & Values;

function emptyValues(column: ColumnType, length: number): AnyValues {
  switch (valueKindOf(column)) {
    case 'numbers':
    case 'times':
      return new Float64Array(length) as AnyValues;
    case 'integers':
      return (column.meaning.kind === 'integer' ? new BigInt64Array(length) : new BigUint64Array(length)) as AnyValues;
    case 'booleans':
      return new Uint8Array(length) as AnyValues;
    case 'texts':
      return new Int32Array(length) as AnyValues;
  }
}
