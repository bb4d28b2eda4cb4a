import { parseTime } from '../batch/accept-value.ts';
import { parseDecimal } from '../formats/decimal.ts';
import type { FeatureType } from '../manifest/features.ts';
import type { SampleTable } from './sniff-csv.ts';

/** What the cells of a column look like. */
export interface SampleColumn {
  readonly name: string;
  readonly type: FeatureType;
  readonly cells: readonly string[];
  /** Number of empty cells. */
  readonly missing: number;
  /** Different texts, sorted; of categories only. */
  readonly categories: readonly string[];
  /** Of numbers, integers and times that are there; of two in the middle the lower one. */
  readonly median: number | undefined;
  readonly mostFrequent: string | undefined;
  /** Cells among numbers that are none, as `NA`: such a record is refused. */
  readonly oddities: readonly string[];
}

/** More different texts than these are no categories. */
const categoriesMax = 50;
/** Cells among numbers that are none are taken for marks of missing values up to so many different ones. */
const odditiesMax = 3;

/** Guesses the type of each column by all its cells. */
export const sniffColumns = (table: SampleTable): SampleColumn[] =>
  table.header.map((name, i) =>
    sniffColumn(
      name,
      table.rows.map((row) => row[i] ?? ''),
    ),
  );

function sniffColumn(name: string, cells: readonly string[]): SampleColumn {
  const values = cells.filter((cell) => cell !== '');
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const different = [...counts.keys()];
  const oddities = different.filter((value) => Number.isNaN(decimalOf(value)));
  const isNumeric = oddities.length < different.length && oddities.length <= odditiesMax;
  const type = isNumeric || values.length === 0 ? numericType(different) : textType(different, values.length);
  return {
    name,
    type,
    cells,
    missing: cells.length - values.length,
    categories: type === 'category' ? different.toSorted() : [],
    median: isNumeric || type === 'timestamp' ? medianOf(values.map(isNumeric ? decimalOf : parseTime)) : undefined,
    mostFrequent: different.reduce<string | undefined>(
      (best, value) => (best === undefined || counts.get(value)! > counts.get(best)! ? value : best),
      undefined,
    ),
    oddities: isNumeric ? oddities : [],
  };
}

const numericType = (different: readonly string[]): FeatureType =>
  different.length > 0 && different.every((value) => /^[+-]?\d+$/.test(value) && Number.isSafeInteger(Number(value)))
    ? 'integer'
    : 'number';

function textType(different: readonly string[], count: number): FeatureType {
  if (different.every((value) => /^(true|false)$/i.test(value))) return 'boolean';
  if (different.every((value) => !Number.isNaN(parseTime(value)))) return 'timestamp';
  const repeats = different.length * 2 <= count;
  return repeats && different.length <= categoriesMax ? 'category' : 'text';
}

function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** The number that a cell is read as when rows are scored; NaN when it is none. */
export function decimalOf(cell: string): number {
  const bytes = Buffer.from(cell);
  return parseDecimal(bytes, 0, bytes.length);
}
