import type { Fault } from '../fault.ts';

const notUtf16 = (got: string): Fault => ({ code: 'csv.wrong_dialect', path: '', expected: 'UTF-16', got });

/**
 * Turns the bytes of a UTF-16 file into UTF-8, piece by piece, its byte order mark too. Without one the file is
 * little-endian.
 */
export class Utf16Reader {
  #rest: Uint8Array = new Uint8Array(0);
  #isBigEndian = false;
  #started = false;
  /** The first half of a character whose second one has yet to come. */
  #half = '';

  /** @returns the bytes in UTF-8; or why the file is no UTF-16 */
  push(bytes: Uint8Array): Uint8Array | Fault {
    const all = Buffer.concat([this.#rest, bytes]);
    const whole = Buffer.from(all.subarray(0, all.length & ~1));
    this.#rest = all.subarray(whole.length);
    if (whole.length === 0) return whole;
    if (!this.#started) this.#isBigEndian = whole[0] === 0xfe && whole[1] === 0xff;
    this.#started = true;
    if (this.#isBigEndian) whole.swap16();
    const text = this.#half + whole.toString('utf16le');
    this.#half = /[\ud800-\udbff]$/.exec(text)?.[0] ?? '';
    const complete = text.slice(0, text.length - this.#half.length);
    return complete.isWellFormed() ? Buffer.from(complete) : notUtf16('half a character without its other half');
  }

  /** @returns why the file does not end as UTF-16 does */
  end(): Fault | undefined {
    return this.#rest.length > 0 || this.#half !== '' ? notUtf16('half a character at the end') : undefined;
  }
}

/** How many bytes of UTF-16 the characters take that these bytes of UTF-8 hold. */
export function utf16BytesOf(bytes: Uint8Array, start: number, end: number): number {
  let units = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    // Bytes that go on with a character count nothing, the first of four counts two units.
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return 2 * units;
}
