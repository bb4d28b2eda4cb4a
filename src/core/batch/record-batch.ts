import type { Layout } from './layout.ts';

const initialRows = 16;

const noCategories = new Int32Array(0);

/**
 * Room for small batches comes out of Node's pool: memory of its own costs as much as reading a row. It is not cleared;
 * a row's every cell is written before the row counts.
 */
function pooledNumbers(length: number): Float64Array {
  const bytes = length * Float64Array.BYTES_PER_ELEMENT;
  if (bytes * 2 > Buffer.poolSize) return new Float64Array(length);
  const pooled = Buffer.allocUnsafe(bytes);
  return new Float64Array(pooled.buffer, pooled.byteOffset, length);
}

/**
 * Rows of one model as typed columns. The decoder writes each value straight into the bank that becomes a tensor;
 * no row object exists. Row `length` is the one being written: a refused row is simply not counted, and the next
 * one takes its place.
 */
export class RecordBatch {
  readonly layout: Layout;
  /** Row-major [capacity, numberCount]; missing is NaN. */
  numbers: Float64Array;
  /** Row-major [capacity, categoryCount]: positions in the vocabulary; missing is -1. */
  categories: Int32Array;
  /** Row-major [capacity, textCount]. */
  readonly texts: (string | undefined)[] = [];
  /** The entity of each row, where a record names one. */
  readonly keys: (string | undefined)[] = [];
  #capacity: number;
  #length = 0;

  /** @param rows how many rows are expected; more may come */
  constructor(layout: Layout, rows = initialRows) {
    this.layout = layout;
    this.#capacity = Math.max(rows, 1);
    this.numbers = pooledNumbers(this.#capacity * layout.numberCount);
    this.categories = layout.categoryCount === 0 ? noCategories : new Int32Array(this.#capacity * layout.categoryCount);
  }

  /** Number of finished rows. */
  get length(): number {
    return this.#length;
  }

  /** Makes room for the row that is written next and returns its number. */
  startRow(): number {
    if (this.#length === this.#capacity) this.#grow();
    return this.#length;
  }

  /** Counts the row that was written last. */
  finishRow(): void {
    this.#length++;
  }

  /** Makes room for rows that are written next, column by column, and returns the number of the first. */
  startRows(count: number): number {
    while (this.#length + count > this.#capacity) this.#grow();
    return this.#length;
  }

  /**
   * Counts the rows that were written last.
   * @param wrong 1 for each of them that is left out; the others move together
   */
  finishRows(count: number, wrong?: Uint8Array): void {
    const { numberCount, categoryCount, textCount } = this.layout;
    const first = this.#length;
    for (let i = 0; i < count; i++) {
      if (wrong?.[i] === 1) continue;
      const from = first + i;
      const to = this.#length++;
      if (from === to) continue;
      this.numbers.copyWithin(to * numberCount, from * numberCount, (from + 1) * numberCount);
      this.categories.copyWithin(to * categoryCount, from * categoryCount, (from + 1) * categoryCount);
      for (let text = 0; text < textCount; text++) {
        this.texts[to * textCount + text] = this.texts[from * textCount + text];
      }
      this.keys[to] = this.keys[from];
    }
    this.texts.length = Math.min(this.texts.length, this.#length * textCount);
    this.keys.length = Math.min(this.keys.length, this.#length);
  }

  /** Leaves out rows from `first` on. @param dropped 1 for each of them that is left out; the others move together */
  dropRows(first: number, dropped: Uint8Array): void {
    const count = this.#length - first;
    this.#length = first;
    this.finishRows(count, dropped);
  }

  /** Forgets all rows and keeps the memory for others: nobody may look at these any more. */
  clear(): void {
    this.#length = 0;
    this.texts.length = 0;
    this.keys.length = 0;
  }

  /** One row as a batch of its own. */
  row(at: number): RecordBatch {
    const { numberCount, categoryCount, textCount } = this.layout;
    const alone = new RecordBatch(this.layout, 1);
    alone.startRow();
    alone.numbers.set(this.numbers.subarray(at * numberCount, (at + 1) * numberCount));
    alone.categories.set(this.categories.subarray(at * categoryCount, (at + 1) * categoryCount));
    alone.texts.push(...this.texts.slice(at * textCount, (at + 1) * textCount));
    alone.keys[0] = this.keys[at];
    alone.finishRow();
    return alone;
  }

  #grow(): void {
    this.#capacity *= 2;
    const numbers = new Float64Array(this.#capacity * this.layout.numberCount);
    numbers.set(this.numbers);
    this.numbers = numbers;
    const categories = new Int32Array(this.#capacity * this.layout.categoryCount);
    categories.set(this.categories);
    this.categories = categories;
  }
}
