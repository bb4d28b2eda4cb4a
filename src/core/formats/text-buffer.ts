import { float32TextBytesMax, writeFloat32, writeInteger } from './float32-text.ts';

const initialBytes = 1 << 16;
const int32End = 2 ** 31;
const lastAscii = 0x7f;
/** No character of a string takes more in UTF-8. */
const characterBytesMax = 3;

/** Text in UTF-8 that grows at its end, without a string for each number. */
export class TextBuffer {
  #bytes = Buffer.allocUnsafe(initialBytes);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Appends a character of ASCII. */
  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Appends bytes as they are. */
  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  text(text: string): void {
    const { length } = text;
    this.#reserve(length * characterBytesMax);
    const bytes = this.#bytes;
    const start = this.#length;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > lastAscii) {
        this.#length = start + bytes.write(text, start);
        return;
      }
      bytes[start + i] = code;
    }
    this.#length = start + length;
  }

  /** Appends a number as JavaScript writes it; a float32 as the shortest text that reads back as the same float32. */
  number(value: number, isFloat32: boolean): void {
    this.#reserve(float32TextBytesMax);
    if (value >= 0 && value < int32End && value === Math.floor(value)) {
      this.#length = writeInteger(value, this.#bytes, this.#length);
    } else if (isFloat32 && Math.fround(value) === value) {
      this.#length = writeFloat32(value, this.#bytes, this.#length);
    } else this.text(String(value));
  }

  /** Takes the text out and begins anew. */
  take(): Buffer {
    const text = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return text;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#length + bytes));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
