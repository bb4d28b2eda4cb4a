import { describeValue, type Fault } from '../fault.ts';
import { CsvReader } from '../formats/csv-reader.ts';
import { type CsvRow, fieldText } from '../formats/csv-row.ts';
import type { CsvDialect, CsvDialectInput } from '../manifest/csv.ts';
import { sniffCells } from './sniff-cells.ts';
import { sniffEncoding } from './sniff-encoding.ts';

/** The first rows of a CSV file and how it is written. */
export interface SampleTable {
  readonly dialect: CsvDialectInput;
  readonly header: readonly string[];
  /**
   * Cells without the column of row names, blanks around them taken away; as many as the header has. Numbers have a point,
   * and a missing value is an empty cell, however the file writes them.
   */
  readonly rows: readonly (readonly string[])[];
  /** What a person should know of the file. */
  readonly remarks: readonly string[];
}

/** Rows that are looked at. */
export const sampleRowsMax = 10_000;

const separators = [',', ';', '\t', '|'] as const;
const quotes = ['"', "'"] as const;
/** Share of the rows that must have the same number of fields. */
const sameFieldsMin = 0.9;

/**
 * Finds out how a CSV file is written: its encoding; the separator and quote under which header and rows have the same
 * number of fields, or the rows one more, as R and pandas write row names; whether there is a header; how numbers and
 * missing values are written.
 * @param isWhole whether the bytes are the whole file; otherwise the last row is left out
 * @returns the table, or why there is none
 */
export function sniffCsv(bytes: Uint8Array, isWhole: boolean): SampleTable | Fault {
  const { encoding, utf8 } = sniffEncoding(bytes);
  const text = Buffer.from(utf8.buffer, utf8.byteOffset, utf8.byteLength);
  // A quote that stands at no beginning of a field is an apostrophe.
  const chosen = (isText(text) ? quotes : []).filter(
    (quote) => quote === '"' || /(^|[,;\t|\r\n])'/.test(text.toString('utf8', 0, 1 << 16)),
  );
  const readings = chosen.flatMap((quote) =>
    separators.flatMap((separator) => readAs(text, separator, quote, isWhole) ?? []),
  );
  // With several fields a row has shape; of two readings the one with more of it is meant.
  const [best] = readings.sort((a, b) => b.header.length - a.header.length || Number(a.rowNames) - Number(b.rowNames));
  if (best === undefined) {
    const expected = 'a CSV file: a header line, and rows with as many fields, or one more';
    return { code: 'csv.wrong_field_count', path: '', expected, got: firstLine(text) };
  }
  return described(best, encoding);
}

/** Whether the beginning holds no character that only files of another kind have. */
const isText = (bytes: Buffer): boolean => !/[^\P{Cc}\t\r\n\f\v]/u.test(bytes.toString('utf8', 0, 4_096));

interface Reading {
  readonly separator: CsvDialect['separator'];
  readonly quote: CsvDialect['quote'];
  readonly rowNames: boolean;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function described({ separator, quote, rowNames, ...reading }: Reading, encoding: CsvDialect['encoding']): SampleTable {
  const isHeaderless = !rowNames && isRow(reading.header, reading.rows);
  const names = isHeaderless ? reading.header.map((_, i) => `column${i + 1}`) : reading.header;
  const cells = sniffCells(isHeaderless ? [reading.header, ...reading.rows] : reading.rows, separator);
  const repeated = new Set(names.filter((name, i) => name !== '' && names.indexOf(name) !== i));
  const isUsed = (_: string, i: number) => !repeated.has(names[i]!);
  return {
    dialect: {
      separator,
      rowNames,
      ...(quote !== '"' && { quote }),
      ...(encoding !== 'utf-8' && { encoding }),
      ...cells.dialect,
      ...(isHeaderless && { columns: [...names] }),
    },
    header: names.filter(isUsed),
    rows: repeated.size === 0 ? cells.rows : cells.rows.map((row) => row.filter(isUsed)),
    remarks: [
      ...(isHeaderless
        ? ['The sample has no header: its columns are called column1, column2 ... in `csv.columns`.']
        : []),
      ...[...repeated].map((name) => `The sample has several columns "${name}": none of them can be a feature.`),
    ],
  };
}

/**
 * Whether what stands first is a row and no header: each column of numbers begins with one, and no text that stands first
 * is a name, since it comes again.
 */
function isRow(first: readonly string[], rows: readonly (readonly string[])[]): boolean {
  const isNumber = (cell: string) => cell !== '' && Number.isFinite(Number(cell.replace(',', '.')));
  if (first.every(isNumber)) return true;
  const columns = first.map((cell, i) => ({ cell, cells: rows.map((row) => row[i]!).filter((each) => each !== '') }));
  const [numbers, texts] = [true, false].map((areNumbers) =>
    columns.filter(({ cells }) => (cells.length > 0 && cells.every(isNumber)) === areNumbers),
  ) as [typeof columns, typeof columns];
  if (numbers.length === 0 || !numbers.every(({ cell }) => isNumber(cell))) return false;
  return texts.some(({ cell, cells }) => cell !== '' && cells.includes(cell));
}

function readAs(
  bytes: Uint8Array,
  separator: CsvDialect['separator'],
  quote: CsvDialect['quote'],
  isWhole: boolean,
): Reading | undefined {
  const [header, ...all] = readRows(bytes, separator, quote, isWhole);
  // Spreadsheets leave empty rows behind the last one.
  const rows = all.filter((row) => row.length === 0 || row.some((cell) => cell !== ''));
  if (header === undefined || rows.length === 0 || !isHeader(header)) return undefined;
  // One field that holds another separator is no field: this separator is the wrong one.
  if (header.length === 1 && separators.some((each) => header[0]?.includes(each))) return undefined;
  const withFields = (count: number) => rows.filter((row) => row.length === count);
  for (const rowNames of [false, true]) {
    const same = withFields(header.length + Number(rowNames));
    if (same.length < rows.length * sameFieldsMin) continue;
    const cells = rowNames ? same.map((row) => row.slice(1)) : same;
    return { separator, quote, rowNames, header, rows: cells };
  }
  return undefined;
}

/** Some column has a name, and none has what only a file of another kind has. */
const isHeader = (names: readonly string[]): boolean =>
  names.some((name) => /[\p{L}\p{N}]/u.test(name)) && !names.some((name) => /\p{Cc}/u.test(name));

function readRows(bytes: Uint8Array, separator: string, quote: string, isWhole: boolean): string[][] {
  const rows: string[][] = [];
  const target = {
    row: (row: CsvRow) => {
      if (rows.length <= sampleRowsMax) {
        rows.push(Array.from({ length: row.fieldCount }, (_, i) => fieldText(row, i)?.trim() ?? ''));
      }
    },
    // A row that is broken under this separator speaks against it.
    fault: () => rows.push([]),
  };
  const reader = new CsvReader({ separator, quote });
  reader.push(bytes, target);
  if (isWhole) reader.end(target);
  return rows;
}

const firstLine = (bytes: Uint8Array) =>
  describeValue(new TextDecoder().decode(bytes.subarray(0, 4_096)).split(/[\r\n]/)[0]);
