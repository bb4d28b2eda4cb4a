import type { RowPlace } from './row-places.ts';

/** A stretch of a file that begins and ends between two records. */
export interface FilePart {
  /** Where its first record stands. The first part begins with the file, whatever stands before its first record. */
  readonly from: RowPlace;
  /** The first byte behind it. */
  readonly endByte: number;
  /** Its records, the wrong ones included. */
  readonly rows: number;
}

/** How large parts may become; the last record may go beyond. */
export interface PartSize {
  readonly bytes: number;
  readonly rows: number;
}

/** Cuts a file into parts, as its records are found one after the other. */
export class PartCutter {
  /** Records so far, in all parts. */
  rows = 0;
  readonly #size: PartSize;
  readonly #done: FilePart[] = [];
  #from: RowPlace = { row: 0, line: 1, byte: 0 };

  constructor(size: PartSize) {
    this.#size = size;
  }

  /** Counts a record that begins here; a part that is large enough ends before it. */
  record(line: number, byte: number): void {
    if (byte - this.#from.byte >= this.#size.bytes || this.rows - this.#from.row >= this.#size.rows) {
      this.#close(byte);
      this.#from = { row: this.rows, line, byte };
    }
    this.rows++;
  }

  /** @returns all parts of a file of so many bytes */
  end(fileBytes: number): readonly FilePart[] {
    this.#close(fileBytes);
    return this.#done;
  }

  #close(endByte: number): void {
    this.#done.push({ from: this.#from, endByte, rows: this.rows - this.#from.row });
  }
}
