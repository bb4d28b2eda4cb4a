import type { CsvDialectInput } from '../manifest/csv.ts';

/** What cells say of the dialect, and the cells as a plain CSV file has them. */
export interface SniffedCells {
  readonly dialect: Pick<CsvDialectInput, 'decimal' | 'missing'>;
  readonly rows: readonly (readonly string[])[];
}

/** What programs write where there is no number. Nobody's number or name for a class is one of these. */
const missingSpellings: ReadonlySet<string> = new Set([
  'NA',
  'N/A',
  '#N/A',
  'n/a',
  'NaN',
  'nan',
  'NAN',
  'NULL',
  'null',
  'None',
  'none',
  'missing',
  '?',
  '-',
  '--',
  '.',
]);

const plainNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const commaNumber = /^[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?$/i;
/** One and two hundred thirty-four thousandths, or one thousand two hundred and thirty-four? */
const ambiguous = /^[+-]?\d{1,3},\d{3}$/;

/**
 * Finds how numbers and missing values are written. Both are told by columns of numbers alone: elsewhere a comma or `NA`
 * may be text.
 */
export function sniffCells(rows: readonly (readonly string[])[], separator: string): SniffedCells {
  const columns = (rows[0] ?? []).map((_, i) => rows.map((row) => row[i]!));
  const decimal = separator !== ',' && columns.some(hasDecimalCommas) ? ',' : undefined;
  const number = decimal === undefined ? plainNumber : commaNumber;
  const areNumbers = columns.map((cells) => isOfNumbers(cells, number));
  const spellings = new Set(
    columns.flatMap((cells, i) => (areNumbers[i] ? cells.filter((cell) => missingSpellings.has(cell)) : [])),
  );
  const plain = (cell: string, i: number): string => {
    if (spellings.has(cell)) return '';
    return decimal !== undefined && areNumbers[i] ? cell.replace(',', '.') : cell;
  };
  return {
    dialect: {
      ...(decimal !== undefined && { decimal }),
      ...(spellings.size > 0 && { missing: ['', ...spellings] }),
    },
    rows: decimal === undefined && spellings.size === 0 ? rows : rows.map((row) => row.map(plain)),
  };
}

/** Whether all cells are numbers with a comma or whole ones, and some comma is surely no mark of thousands. */
const hasDecimalCommas = (cells: readonly string[]): boolean =>
  isOfNumbers(cells, commaNumber) &&
  cells.some((cell) => cell.includes(',') && commaNumber.test(cell) && !ambiguous.test(cell));

function isOfNumbers(cells: readonly string[], number: RegExp): boolean {
  const values = cells.filter((cell) => cell !== '' && !missingSpellings.has(cell));
  return values.length > 0 && values.every((cell) => number.test(cell));
}
