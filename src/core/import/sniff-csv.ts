import { describeValue, type Fault } from '../fault.ts';
import { CsvReader } from '../formats/csv-reader.ts';
import { type CsvRow, fieldText } from '../formats/csv-row.ts';
import type { CsvDialect, CsvDialectInput } from '../manifest/csv.ts';

/** The first rows of a CSV file and how it is written. */
export interface SampleTable {
  readonly dialect: CsvDialectInput;
  readonly header: readonly string[];
  /** Cells without the column of row names, blanks around them taken away; as many as the header has. */
  readonly rows: readonly (readonly string[])[];
}

/** Rows that are looked at. */
export const sampleRowsMax = 10_000;

const separators = [',', ';', '\t', '|'] as const;
/** Share of the rows that must have the same number of fields. */
const sameFieldsMin = 0.9;

/**
 * Finds out how a CSV file is written: the separator under which header and rows have the same number of fields, or the
 * rows one more, as R and pandas write row names.
 * @param isWhole whether the bytes are the whole file; otherwise the last row is left out
 * @returns the table, or why there is none
 */
export function sniffCsv(bytes: Uint8Array, isWhole: boolean): SampleTable | Fault {
  const readings = separators.flatMap((separator) => readAs(bytes, separator, isWhole) ?? []);
  // With several fields a row has shape; of two readings the one with more of it is meant.
  const [best] = readings.sort((a, b) => b.header.length - a.header.length);
  if (best === undefined) {
    const expected = 'a CSV file: a header line, and rows with as many fields, or one more';
    return { code: 'csv.wrong_field_count', path: '', expected, got: firstLine(bytes) };
  }
  if (best.header.every((name) => name !== '' && Number.isFinite(Number(name)))) {
    const expected = 'a header line with the names of the columns';
    return { code: 'csv.no_header', path: '', expected, got: describeValue(best.header) };
  }
  return best;
}

function readAs(bytes: Uint8Array, separator: CsvDialect['separator'], isWhole: boolean): SampleTable | undefined {
  const [header, ...rows] = readRows(bytes, separator, isWhole);
  if (header === undefined || rows.length === 0 || !isHeader(header)) return undefined;
  // One field that holds another separator is no field: this separator is the wrong one.
  if (header.length === 1 && separators.some((each) => header[0]?.includes(each))) return undefined;
  const withFields = (count: number) => rows.filter((row) => row.length === count);
  for (const rowNames of [false, true]) {
    const same = withFields(header.length + Number(rowNames));
    if (same.length < rows.length * sameFieldsMin) continue;
    const cells = rowNames ? same.map((row) => row.slice(1)) : same;
    return { dialect: { separator, rowNames }, header, rows: cells };
  }
  return undefined;
}

/** Some column has a name, and none has what only a file of another kind has. */
const isHeader = (names: readonly string[]): boolean =>
  names.some((name) => /[\p{L}\p{N}]/u.test(name)) && !names.some((name) => /\p{Cc}/u.test(name));

function readRows(bytes: Uint8Array, separator: string, isWhole: boolean): string[][] {
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
  const reader = new CsvReader({ separator });
  reader.push(bytes, target);
  if (isWhole) reader.end(target);
  return rows;
}

const firstLine = (bytes: Uint8Array) =>
  describeValue(new TextDecoder().decode(bytes.subarray(0, 4_096)).split(/[\r\n]/)[0]);
