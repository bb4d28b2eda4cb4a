import type { Fault } from '../fault.ts';
import type { CsvDialect } from '../manifest/csv.ts';
import { Utf16Reader } from './utf16.ts';

/** By which bytes a file says itself how it is written. */
const marks = [
  { name: 'UTF-8', bytes: [0xef, 0xbb, 0xbf], fits: ['utf-8'] },
  { name: 'UTF-16', bytes: [0xff, 0xfe], fits: ['utf-16'] },
  { name: 'UTF-16', bytes: [0xfe, 0xff], fits: ['utf-16'] },
] as const;
const markBytesMax = 3;

/** The bytes of a text file in an encoding that has ASCII for ASCII, which is what rows are split in. */
export class EncodedBytes {
  readonly #encoding: CsvDialect['encoding'];
  readonly #utf16: Utf16Reader | undefined;
  /** The first bytes, until they are enough to show a byte order mark; undefined once they were looked at. */
  #head: Uint8Array | undefined = new Uint8Array(0);

  /** @param isFileStart whether the bytes begin with the file: its mark stands nowhere else */
  constructor(encoding: CsvDialect['encoding'], isFileStart = true) {
    this.#encoding = encoding;
    if (!isFileStart) this.#head = undefined;
    this.#utf16 = encoding === 'utf-16' ? new Utf16Reader() : undefined;
  }

  /** @returns UTF-8 of a UTF-16 file, else the bytes as they are; or why the file is not in this encoding */
  push(bytes: Uint8Array): Uint8Array | Fault {
    if (this.#head === undefined) return this.#utf16?.push(bytes) ?? bytes;
    this.#head = Buffer.concat([this.#head, bytes]);
    return this.#head.length < markBytesMax ? new Uint8Array(0) : this.#begin(this.#head);
  }

  /** @returns what is left when the file has ended */
  end(): Uint8Array | Fault {
    const rest = this.#head === undefined ? new Uint8Array(0) : this.#begin(this.#head);
    return this.#utf16?.end() ?? rest;
  }

  #begin(head: Uint8Array): Uint8Array | Fault {
    this.#head = undefined;
    const mark = marks.find(({ bytes }) => bytes.every((byte, i) => head[i] === byte));
    if (mark !== undefined && !(mark.fits as readonly string[]).includes(this.#encoding)) {
      const got = `${mark.name}, by its byte order mark`;
      return { code: 'csv.wrong_dialect', path: '', expected: `the encoding ${this.#encoding}`, got };
    }
    return this.#utf16?.push(head) ?? head;
  }
}
