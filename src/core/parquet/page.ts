import { crc32 } from 'node:zlib';
import { limits } from '../limits.ts';
import { malformed, unsupported } from './broken.ts';
import type { ColumnType } from './column-type.ts';
import { readDeltaArrays, readDeltaLengthArrays, readDeltaNumbers } from './delta-values.ts';
import { isOneRunOf, readHybridRuns } from './hybrid-runs.ts';
import { type PhysicalValues, readPlainValues } from './plain-values.ts';
import { readSplitValues } from './split-values.ts';

/** What stands before a page. */
export interface PageHeader {
  readonly kind: 'dictionary' | 'data' | 'data-v2' | 'other';
  /** Bytes of the page behind the header. */
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** Of the packed bytes, where the writer took one. */
  readonly crc: number | undefined;
  /** Rows of the page, as its columns have one value each. */
  readonly values: number;
  readonly encoding: string;
  /** How the levels are written, of the first kind of page; the second has one way. */
  readonly levelsEncoding: string;
  /** Bytes of the levels in front of the values, and whether the values are packed; of the second kind of page. */
  readonly levelsBytes: number;
  readonly isPacked: boolean;
}

/** Unpacks a page. @param bytes what must come out */
export type Unpack = (packed: Uint8Array, bytes: number) => Uint8Array;

/** A page whose values may be codes of a dictionary. */
export interface DataPage {
  readonly rows: number;
  /** 1 for each row without a value; undefined where every row has one. */
  readonly missing: Uint8Array | undefined;
  /** Number of rows with a value: so many values there are. */
  readonly present: number;
  readonly values: { readonly codes: Int32Array } | { readonly plain: PhysicalValues };
}

/** The page's bytes as they are stored, held against their checksum. */
export function storedPage(bytes: Uint8Array, header: PageHeader): Uint8Array {
  if (header.crc !== undefined && crc32(bytes) !== header.crc >>> 0) throw malformed('the checksum of a page is wrong');
  return bytes;
}

export function readDictionary(
  stored: Uint8Array,
  header: PageHeader,
  column: ColumnType,
  unpack: Unpack,
): PhysicalValues {
  const page = unpack(stored, header.unpackedBytes);
  return readPlainValues(page, 0, column.physical, header.values, column.fixedBytes);
}

/** Reads a page of values. @throws {ParquetError} */
export function readDataPage(stored: Uint8Array, header: PageHeader, column: ColumnType, unpack: Unpack): DataPage {
  if (header.kind === 'data-v2') {
    const { levelsBytes } = header;
    if (levelsBytes > Math.min(stored.length, header.unpackedBytes)) throw malformed('levels end behind their page');
    const packed = stored.subarray(levelsBytes);
    const page = header.isPacked ? unpack(packed, header.unpackedBytes - levelsBytes) : packed;
    const missing = column.levels === 0 ? undefined : missingRows(stored.subarray(0, levelsBytes), 0, header, column);
    return valuesOf(page, 0, header, column, missing);
  }
  const page = unpack(stored, header.unpackedBytes);
  if (column.levels === 0) return valuesOf(page, 0, header, column, undefined);
  if (header.levelsEncoding !== 'RLE') throw unsupported(`levels as ${header.levelsEncoding}`);
  if (page.length < 4) throw malformed('a page without its levels');
  const end = 4 + new DataView(page.buffer, page.byteOffset).getUint32(0, true);
  if (end > page.length) throw malformed('levels end behind their page');
  return valuesOf(page, end, header, column, missingRows(page.subarray(0, end), 4, header, column));
}

function missingRows(bytes: Uint8Array, start: number, header: PageHeader, column: ColumnType): Uint8Array | undefined {
  if (header.values === 0 || isOneRunOf(column.levels, bytes, start, header.values)) return undefined;
  const levels = new Uint8Array(header.values);
  readHybridRuns(bytes, start, 32 - Math.clz32(column.levels), levels);
  let isAny = 0;
  for (let i = 0; i < levels.length; i++) {
    const isMissing = levels[i] === column.levels ? 0 : 1;
    levels[i] = isMissing;
    isAny |= isMissing;
  }
  return isAny === 0 ? undefined : levels;
}

function valuesOf(
  page: Uint8Array,
  start: number,
  header: PageHeader,
  column: ColumnType,
  missing: Uint8Array | undefined,
): DataPage {
  const rows = header.values;
  let present = rows;
  for (let row = 0; missing !== undefined && row < rows; row++) present -= missing[row]!;
  return { rows, missing, present, values: decoded(page, start, header.encoding, column, present) };
}

function decoded(
  page: Uint8Array,
  start: number,
  encoding: string,
  column: ColumnType,
  count: number,
): DataPage['values'] {
  const { physical, fixedBytes } = column;
  switch (encoding) {
    case 'PLAIN':
      return { plain: readPlainValues(page, start, physical, count, fixedBytes) };
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      return { codes: codesOf(page, start, count) };
    case 'RLE':
      if (physical !== 'BOOLEAN') throw unsupported(`${physical} as RLE`);
      return { plain: hybridBooleans(page, start, count) };
    case 'BYTE_STREAM_SPLIT':
      return { plain: readSplitValues(page, start, physical, count, fixedBytes) };
    case 'DELTA_BINARY_PACKED':
      return { plain: deltaNumbers(page, start, column, count) };
    case 'DELTA_LENGTH_BYTE_ARRAY':
      return { plain: readDeltaLengthArrays(page, start, count) };
    case 'DELTA_BYTE_ARRAY':
      return { plain: readDeltaArrays(page, start, count, limits.parquetPageBytesMax) };
    default:
      throw unsupported(`values as ${encoding}`);
  }
}

function codesOf(page: Uint8Array, start: number, count: number): Int32Array {
  const codes = new Int32Array(count);
  if (count === 0) return codes;
  const width = page[start] ?? 0xff;
  if (width > 31) throw malformed(`codes of ${width} bits`);
  if (width > 0) readHybridRuns(page, start + 1, width, codes);
  return codes;
}

/** The length stands before the runs in both kinds of page. */
function hybridBooleans(page: Uint8Array, start: number, count: number): Uint8Array {
  const values = new Uint8Array(count);
  readHybridRuns(page, start + 4, 1, values);
  return values;
}

function deltaNumbers(page: Uint8Array, start: number, { physical }: ColumnType, count: number): PhysicalValues {
  if (physical !== 'INT32' && physical !== 'INT64') throw unsupported(`${physical} as DELTA_BINARY_PACKED`);
  const { values } = readDeltaNumbers(page, start, count);
  return physical === 'INT64' ? values : Float64Array.from(values, (value) => Number(BigInt.asIntN(32, value)));
}
