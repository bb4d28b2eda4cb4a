import { isBlankLine } from './ndjson-rows.ts';
import { type FilePart, PartCutter, type PartSize } from './part-cutter.ts';
import type { PartScan } from './part-scan.ts';

const [lineFeed, openBrace] = [0x0a, 0x7b] as const;

/** Finds the parts of a file of one JSON object a line. Blank lines are no records. */
export class NdjsonPartScan implements PartScan {
  readonly columns = undefined;
  readonly #cutter: PartCutter;
  #fileBytes = 0;
  #line = 1;
  /** Where the line at hand begins. */
  #lineByte = 0;
  /** Whether the line at hand has shown already that it is no blank one. */
  #isRecord = false;

  constructor(size: PartSize) {
    this.#cutter = new PartCutter(size);
  }

  get rows(): number {
    return this.#cutter.rows;
  }

  push(bytes: Uint8Array): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let start = 0;
    for (let end = text.indexOf(lineFeed); end >= 0; end = text.indexOf(lineFeed, start)) {
      this.#look(text, start, end);
      this.#isRecord = false;
      this.#line++;
      start = end + 1;
      this.#lineByte = this.#fileBytes + start;
    }
    this.#look(text, start, text.length);
    this.#fileBytes += text.length;
  }

  end(): readonly FilePart[] {
    return this.#cutter.end(this.#fileBytes);
  }

  #look(text: Buffer, start: number, end: number): void {
    if (this.#isRecord || start === end) return;
    if (text[start] !== openBrace && isBlankLine(text.subarray(start, end))) return;
    this.#isRecord = true;
    this.#cutter.record(this.#line, this.#lineByte);
  }
}
