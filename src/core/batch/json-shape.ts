import { exactPowers } from '../formats/decimal.ts';
import { acceptMissing } from './accept-value.ts';
import type { Field } from './json-fields.ts';
import { declined, readKey, readValue, skipValue } from './json-values.ts';
import type { Slot } from './layout.ts';
import { isNumeric, numberBoundsOf } from './number-bounds.ts';
import type { RecordBatch } from './record-batch.ts';

/** What a record had at one position. */
export interface ShapedValue {
  /** undefined when nobody asked for this name. */
  readonly field: Field | undefined;
  /** Where the value began and ended. */
  readonly start: number;
  readonly end: number;
}

const [minus, dot, zero, upperE, lowerE] = [0x2d, 0x2e, 0x30, 0x45, 0x65] as const;

/** As many digits fit into 32 bits, whatever they are: there a number is read fastest. */
const shortDigits = 9;

/**
 * Reads records that are like one read before, byte by byte but for their values: one look shows that the names are the
 * same in the same order. It declines all others, and every value that is not of the common case.
 */
export class JsonShape {
  /** What stands before each value, and behind the last one: all in a row, and where each of them ends. */
  readonly #seams: Uint8Array;
  readonly #seamEnds: Int32Array;
  readonly #fields: readonly (Field | undefined)[];
  /** Place of each number in a row of the batch; -1 where others than numbers stand. */
  readonly #numbers: Int32Array;
  readonly #lows: Float64Array;
  readonly #highs: Float64Array;
  readonly #areIntegers: Uint8Array;
  readonly #absent: readonly Slot[];
  readonly #lacksKey: boolean;

  /**
   * @param bytes hold the record from `start` to `end`
   * @param absent features that the record did not have, and may lack
   * @param lacksKey whether the layout has a key that the record did not have
   */
  constructor(
    bytes: Uint8Array,
    start: number,
    end: number,
    values: readonly ShapedValue[],
    absent: readonly Slot[],
    lacksKey: boolean,
  ) {
    const starts = [start, ...values.map((value) => value.end)];
    const ends = [...values.map((value) => value.start), end];
    const seams = starts.map((from, i) => bytes.subarray(from, ends[i]));
    let seamEnd = 0;
    this.#seams = Uint8Array.from(Buffer.concat(seams));
    this.#seamEnds = Int32Array.from(seams, ({ length }) => (seamEnd += length));
    this.#fields = values.map(({ field }) => field);
    const slots = this.#fields.map((field) =>
      field?.slot !== undefined && isNumeric(field.slot) ? field.slot : undefined,
    );
    const bounds = slots.map((slot) => slot && numberBoundsOf(slot));
    this.#numbers = Int32Array.from(slots, (slot) => slot?.column ?? -1);
    this.#lows = Float64Array.from(bounds, (each) => each?.low ?? 0);
    this.#highs = Float64Array.from(bounds, (each) => each?.high ?? 0);
    this.#areIntegers = Uint8Array.from(bounds, (each) => Number(each?.isInteger === true));
    this.#absent = absent;
    this.#lacksKey = lacksKey;
  }

  /** Reads the record that begins at `start` into the row that is begun. @returns where it ends, or `declined` */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: every byte of a record passes here; calls would cost more than they explain.
  read(batch: RecordBatch, row: number, bytes: Uint8Array, start: number): number {
    // One by one: to take them out of a list costs a record more than its names.
    const seams = this.#seams;
    const seamEnds = this.#seamEnds;
    const numbers = this.#numbers;
    const lows = this.#lows;
    const highs = this.#highs;
    const areIntegers = this.#areIntegers;
    const values = batch.numbers;
    const base = row * batch.layout.numberCount;
    const count = numbers.length;
    let at = start;
    let seam = 0;
    for (let i = 0; i <= count; i++) {
      for (const end = seamEnds[i]!; seam < end; seam++, at++) if (bytes[at] !== seams[seam]) return declined;
      if (i === count) break;
      const target = numbers[i]!;
      if (target < 0) {
        at = this.#readOther(i, batch, row, bytes, at);
        if (at === declined) return declined;
        continue;
      }
      const isNegative = bytes[at] === minus;
      const first = isNegative ? at + 1 : at;
      let end = first;
      let significand = 0;
      let fraction = 0;
      let digit = bytes[end]! - zero;
      while (digit >= 0 && digit <= 9) {
        significand = (significand * 10 + digit) | 0;
        digit = bytes[++end]! - zero;
      }
      let digits = end - first;
      const isZeroLed = digits > 1 && bytes[first] === zero;
      if (digit === dot - zero) {
        const begin = ++end;
        digit = bytes[end]! - zero;
        while (digit >= 0 && digit <= 9) {
          significand = (significand * 10 + digit) | 0;
          digit = bytes[++end]! - zero;
        }
        fraction = end - begin;
        // No digit before the point, or none behind it.
        if (fraction === 0 || digits === 0) return declined;
        digits += fraction;
      }
      const isShort = digits <= shortDigits && digit !== lowerE - zero && digit !== upperE - zero;
      if (digits > 0 && isShort && !isZeroLed) {
        const magnitude = significand / exactPowers[fraction]!;
        const value = isNegative ? -magnitude : magnitude;
        // What lies outside may still be right, but for others to say.
        if (!(value >= lows[i]! && value <= highs[i]!)) return declined;
        if (areIntegers[i] === 1 && value !== Math.floor(value)) return declined;
        values[base + target] = value;
        at = end;
      } else {
        at = this.#readOther(i, batch, row, bytes, at);
        if (at === declined) return declined;
      }
    }
    for (const slot of this.#absent) acceptMissing(slot, 'nothing', batch, row);
    if (this.#lacksKey) batch.keys[row] = undefined;
    return at;
  }

  #readOther(i: number, batch: RecordBatch, row: number, bytes: Uint8Array, at: number): number {
    const field = this.#fields[i];
    if (field === undefined) return skipValue(bytes, at);
    return field.slot === undefined ? readKey(batch, row, bytes, at) : readValue(field.slot, batch, row, bytes, at);
  }
}
