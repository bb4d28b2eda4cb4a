import { acceptMissing } from '../batch/accept-value.ts';
import type { Layout, Slot } from '../batch/layout.ts';
import type { RecordBatch } from '../batch/record-batch.ts';
import { limits } from '../limits.ts';
import type { CsvDialect } from '../manifest/csv.ts';
import type { CsvPlan } from './csv-plan.ts';
import { type QuickColumn, quickColumnsOf } from './csv-quick-cells.ts';
import { exactPowers, parseDecimal } from './decimal.ts';

const [zero, minus, lineFeed, carriageReturn, blank] = [0x30, 0x2d, 0x0a, 0x0d, 0x20] as const;
/** As many digits fit into 32 bits, whatever they are: there a number is read fastest. */
const shortDigits = 9;

export const declined = -1;

/**
 * Reads rows from the bytes of CSV straight into a batch: no look for fields first, no text for a number. It knows the
 * common case alone, a row that is right on one line, and declines everything else; the long way then reads that row
 * again and finds the words for what is wrong. What it does take, it takes exactly as the long way does.
 */
export class QuickRows {
  readonly #columns: readonly QuickColumn[];
  /** Place of each column's numbers in a row of the batch; -1 where others than numbers stand. */
  readonly #numbers: Int32Array;
  readonly #lows: Float64Array;
  readonly #highs: Float64Array;
  readonly #areIntegers: Uint8Array;
  readonly #absent: readonly Slot[];
  readonly #separator: number;
  readonly #quote: number;
  readonly #point: number;
  /** Where the cell that was found last begins and ends, without its quotes. */
  #start = 0;
  #end = 0;

  constructor(layout: Layout, dialect: CsvDialect, plan: CsvPlan) {
    const columns = quickColumnsOf(layout, dialect, plan);
    this.#columns = columns;
    this.#numbers = Int32Array.from(columns, ({ number }) => number);
    this.#lows = Float64Array.from(columns, ({ low }) => low);
    this.#highs = Float64Array.from(columns, ({ high }) => high);
    this.#areIntegers = Uint8Array.from(columns, ({ isInteger }) => Number(isInteger));
    this.#absent = layout.slots.filter((_, i) => plan.columns[i]! < 0);
    this.#separator = dialect.separator.charCodeAt(0);
    // NaN, which no byte is, where there are no quotes.
    this.#quote = dialect.quote.charCodeAt(0);
    this.#point = dialect.decimal.charCodeAt(0) - zero;
  }

  /**
   * Reads the row that begins at `from` into the batch and counts it; a line feed stands somewhere behind `from`.
   * @returns where the next line begins, or `declined`
   */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: every byte of a file passes here; calls would cost more than they explain.
  read(bytes: Uint8Array, from: number, batch: RecordBatch): number {
    // One by one: to take them out of a list costs a row more than its digits.
    const numbers = this.#numbers;
    const lows = this.#lows;
    const highs = this.#highs;
    const areIntegers = this.#areIntegers;
    const separator = this.#separator;
    const point = this.#point;
    const row = batch.startRow();
    const values = batch.numbers;
    const base = row * batch.layout.numberCount;
    const last = numbers.length - 1;
    let at = from;
    let filled = 0;
    for (let column = 0; column <= last; column++) {
      const target = numbers[column]!;
      const isNegative = bytes[at] === minus;
      const first = isNegative ? at + 1 : at;
      let end = first;
      if (target >= 0) {
        let digits = 0;
        let significand = 0;
        let fraction = 0;
        let digit = bytes[end]! - zero;
        while (digit >= 0 && digit <= 9) {
          significand = (significand * 10 + digit) | 0;
          digit = bytes[++end]! - zero;
        }
        digits = end - first;
        if (digit === point) {
          const begin = ++end;
          digit = bytes[end]! - zero;
          while (digit >= 0 && digit <= 9) {
            significand = (significand * 10 + digit) | 0;
            digit = bytes[++end]! - zero;
          }
          fraction = end - begin;
          digits += fraction;
        }
        const byte = digit + zero;
        const isWhole = byte === separator || byte === lineFeed || byte === carriageReturn;
        if (isWhole && digits > 0 && digits <= shortDigits) {
          const magnitude = significand / exactPowers[fraction]!;
          const value = isNegative ? -magnitude : magnitude;
          // What lies outside may still be right, but for others to say.
          if (!(value >= lows[column]! && value <= highs[column]!)) return declined;
          if (areIntegers[column] === 1 && value !== Math.floor(value)) return declined;
          values[base + target] = value;
          filled++;
        } else {
          end = this.#findCell(bytes, at);
          if (end === declined) return declined;
          if (this.#start === this.#end) {
            if (!this.#takeEmpty(column, batch, row)) return declined;
          } else if (this.#takeNumber(bytes, column, values, base + target)) filled++;
          else return declined;
        }
      } else {
        end = this.#findCell(bytes, at);
        if (end === declined) return declined;
        if (this.#start === this.#end) {
          if (!this.#takeEmpty(column, batch, row)) return declined;
        } else if (this.#takeCell(bytes, column, batch, row)) filled++;
        else return declined;
      }
      if (column < last && bytes[end] !== separator) return declined;
      at = end + 1;
    }
    const next = bytes[at - 1] === carriageReturn && bytes[at] === lineFeed ? at + 1 : at;
    // An empty row is none, and one that ends otherwise is not whole, or has too many fields.
    if (filled === 0 || bytes[next - 1] !== lineFeed || next - from > limits.rowBytesMax) return declined;
    for (const slot of this.#absent) acceptMissing(slot, 'no such column', batch, row);
    batch.finishRow();
    return next;
  }

  /** Finds the cell that begins at `from`. @returns where what stands behind it begins, or `declined` */
  #findCell(bytes: Uint8Array, from: number): number {
    const separator = this.#separator;
    const quote = this.#quote;
    let at = from;
    if (bytes[from] === quote) {
      let byte = bytes[++at]!;
      while (byte !== quote && byte !== lineFeed && byte !== carriageReturn) byte = bytes[++at]!;
      this.#start = from + 1;
      this.#end = at;
      if (byte !== quote) return declined;
      const behind = bytes[at + 1];
      return behind === separator || behind === lineFeed || behind === carriageReturn ? at + 1 : declined;
    }
    let byte = bytes[at]!;
    while (byte !== separator && byte !== lineFeed && byte !== carriageReturn) byte = bytes[++at]!;
    this.#start = from;
    this.#end = at;
    return at;
  }

  #takeNumber(bytes: Uint8Array, column: number, values: Float64Array, place: number): boolean {
    let start = this.#start;
    let end = this.#end;
    while (bytes[start] === blank) start++;
    while (bytes[end - 1] === blank && end > start) end--;
    const value = parseDecimal(bytes, start, end, this.#point + zero);
    if (!(value >= this.#lows[column]! && value <= this.#highs[column]!)) return false;
    if (this.#areIntegers[column] === 1 && value !== Math.floor(value)) return false;
    values[place] = value;
    return true;
  }

  #takeCell(bytes: Uint8Array, column: number, batch: RecordBatch, row: number): boolean {
    const { cells } = this.#columns[column]!;
    for (const cell of cells) if (!cell(bytes, this.#start, this.#end, batch, row)) return false;
    return true;
  }

  #takeEmpty(column: number, batch: RecordBatch, row: number): boolean {
    const { takesEmpty, empties } = this.#columns[column]!;
    if (takesEmpty) for (const take of empties) take(batch, row);
    return takesEmpty;
  }
}
