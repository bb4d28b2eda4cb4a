/** Where a row of a file stands. */
export interface RowPlace {
  /** Position among the file's records, from 0. */
  readonly row: number;
  /** Line where the row begins, from 1; 0 where the format has no lines. */
  readonly line: number;
  /** Byte of the file where the row begins, from 0. */
  readonly byte: number;
}

const width = 3;
const initialRows = 256;

/** Places of many rows: numbers side by side, since an object for each costs as much as reading a short row. */
export class RowPlaces {
  /** Row, line and byte of each. Float64, since files grow beyond 4 GB. */
  #values = new Float64Array(width * initialRows);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(row: number, line: number, byte: number): void {
    const at = width * this.#length++;
    if (at === this.#values.length) {
      const values = new Float64Array(2 * at);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values[at] = row;
    this.#values[at + 1] = line;
    this.#values[at + 2] = byte;
  }

  /** Position of the i-th row among the file's records. */
  rowAt(i: number): number {
    return this.#values[width * i]!;
  }

  at(i: number): RowPlace {
    const at = width * i;
    return { row: this.#values[at]!, line: this.#values[at + 1]!, byte: this.#values[at + 2]! };
  }

  /** Leaves out places from `first` on: those with a 1. */
  drop(first: number, dropped: Uint8Array): void {
    let to = first;
    for (let i = first; i < this.#length; i++) {
      if (dropped[i - first] === 1) continue;
      this.#values.copyWithin(width * to++, width * i, width * (i + 1));
    }
    this.#length = to;
  }

  *[Symbol.iterator](): Generator<RowPlace> {
    for (let i = 0; i < this.#length; i++) yield this.at(i);
  }

  clear(): void {
    this.#length = 0;
  }
}
