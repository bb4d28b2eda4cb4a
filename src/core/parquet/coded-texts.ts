import { type ByteArrays, bytesAt } from './byte-arrays.ts';
import type { CellText } from './column-values.ts';

/** Texts, most of them once, and where among them that of each value stands. */
export interface CodedTexts {
  readonly codes: Int32Array;
  readonly texts: readonly CellText[];
}

const tableSize = 4_096;
/** Longer texts seldom come again. */
const soughtBytesMax = 32;

/** Reads texts, each that came shortly before only once: keys and categories come again and again. */
export function codedTexts(arrays: ByteArrays, read: (bytes: Uint8Array) => CellText): CodedTexts {
  const { bytes, starts, ends } = arrays;
  const codes = new Int32Array(starts.length);
  const texts: CellText[] = [];
  /** By hash: the number of the newest value with it, from 1. */
  const newest = new Int32Array(tableSize);
  for (let i = 0; i < codes.length; i++) {
    const start = starts[i]!;
    const end = ends[i]!;
    if (end - start > soughtBytesMax) {
      codes[i] = texts.push(read(bytesAt(arrays, i))) - 1;
      continue;
    }
    const place = placeOf(bytes, start, end);
    const known = newest[place]! - 1;
    const isKnown = known >= 0 && areEqual(bytes, starts[known]!, ends[known]!, start, end);
    codes[i] = isKnown ? codes[known]! : texts.push(read(bytesAt(arrays, i))) - 1;
    newest[place] = i + 1;
  }
  return { codes, texts };
}

function placeOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
  return (hash ^ (hash >>> 12)) & (tableSize - 1);
}

function areEqual(bytes: Uint8Array, first: number, firstEnd: number, start: number, end: number): boolean {
  if (firstEnd - first !== end - start) return false;
  for (let i = 0; i < end - start; i++) if (bytes[first + i] !== bytes[start + i]) return false;
  return true;
}

/** The texts of a page or a dictionary, on their way into slices, which carry only those that their rows have. */
export class PageTexts {
  readonly #texts: readonly CellText[];
  /** By code: where its text stands in the slice, counted on from slice to slice. */
  readonly #places: Int32Array;
  /** What was counted before this slice. */
  #before = 0;

  constructor(texts: readonly CellText[]) {
    this.#texts = texts;
    this.#places = new Int32Array(texts.length).fill(-1);
  }

  /**
   * Turns codes of the page into places among the texts of a slice, and adds those that it lacks.
   * @param missing 1 for each row that has no code
   */
  moveTo(slice: CellText[], rows: Int32Array, missing: Uint8Array | undefined, from: number, to: number): void {
    const before = this.#before;
    for (let row = from; row < to; row++) {
      if (missing !== undefined && missing[row] === 1) continue;
      const code = rows[row]!;
      let place = this.#places[code]! - before;
      if (place < 0) {
        place = slice.push(this.#texts[code]!) - 1;
        this.#places[code] = before + place;
      }
      rows[row] = place;
    }
    this.#before = before + slice.length;
  }
}
