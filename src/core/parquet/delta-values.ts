import { malformed } from './broken.ts';
import type { ByteArrays } from './byte-arrays.ts';
import { unfolded, VarintReader } from './hybrid-runs.ts';

/** Values of one block: the format asks for a multiple of 128; far more is no file that somebody wrote. */
const blockValuesMax = 1 << 20;
const longBits = 64;

/** Whole numbers that were read, and where they end. */
interface DeltaNumbers {
  readonly values: BigInt64Array;
  readonly end: number;
}

/** Reads whole numbers written as differences (DELTA_BINARY_PACKED); sums wrap around at 64 bits, as the format says. */
export function readDeltaNumbers(page: Uint8Array, start: number, count: number): DeltaNumbers {
  const varints = new VarintReader(page, start);
  const [blockValues, parts, total] = [varints.next(), varints.next(), varints.next()];
  const partValues = blockValues / parts;
  if (!(partValues >= 1) || !Number.isInteger(partValues) || blockValues > blockValuesMax) {
    throw malformed(`differences in blocks of ${blockValues} values in ${parts} parts`);
  }
  if (total < count) throw malformed(`${total} differences for ${count} values`);
  const values = new BigInt64Array(count);
  let last = unfolded(varints.nextLong());
  if (count > 0) values[0] = last;
  for (let filled = 1; filled < Math.min(total, Math.max(count, 1)); ) {
    const least = unfolded(varints.nextLong());
    const widths = page.subarray(varints.at, varints.at + parts);
    varints.at += parts;
    for (let part = 0; part < parts && filled < total; part++) {
      const width = widths[part] ?? longBits + 1;
      if (width > longBits) throw malformed(`differences of ${width} bits`);
      const end = varints.at + (partValues * width) / 8;
      if (end > page.length) throw malformed('differences end behind their page');
      const take = Math.min(partValues, count - filled);
      for (let i = 0; i < take; i++) {
        last = BigInt.asIntN(longBits, last + least + bitsAt(page, varints.at, i * width, width));
        values[filled + i] = last;
      }
      filled += partValues;
      varints.at = end;
    }
  }
  return { values, end: varints.at };
}

/** The `width` bits that begin `bit` bits behind `start`. */
function bitsAt(page: Uint8Array, start: number, bit: number, width: number): bigint {
  if (width === 0) return 0n;
  let at = start + (bit >> 3);
  const skipped = bit & 7;
  const bytes = (skipped + width + 7) >> 3;
  // Six bytes and less fit a double, which is many times faster.
  if (bytes <= 6) {
    let value = 0;
    for (let i = bytes - 1; i >= 0; i--) value = value * 256 + page[at + i]!;
    return BigInt(Math.floor(value / 2 ** skipped) % 2 ** width);
  }
  let value = 0n;
  for (let i = 0n; i < BigInt(bytes); i++) value |= BigInt(page[at++]!) << (8n * i);
  return BigInt.asUintN(width, value >> BigInt(skipped));
}

/** Reads texts whose lengths come first (DELTA_LENGTH_BYTE_ARRAY). */
export function readDeltaLengthArrays(page: Uint8Array, start: number, count: number): ByteArrays {
  const { values: lengths, end } = readDeltaNumbers(page, start, count);
  const [starts, ends] = [new Int32Array(count), new Int32Array(count)];
  let at = end;
  for (let i = 0; i < count; i++) {
    const length = Number(lengths[i]);
    if (length < 0 || at + length > page.length) throw malformed('a text ends behind its page');
    starts[i] = at;
    at += length;
    ends[i] = at;
  }
  return { bytes: page, starts, ends };
}

/**
 * Reads texts of which each repeats the beginning of the one before (DELTA_BYTE_ARRAY).
 * @param bytesMax what all of them together may hold
 */
export function readDeltaArrays(page: Uint8Array, start: number, count: number, bytesMax: number): ByteArrays {
  const { values: prefixes, end } = readDeltaNumbers(page, start, count);
  const suffixes = readDeltaLengthArrays(page, end, count);
  const lengthOf = (i: number) => Number(prefixes[i]) + suffixes.ends[i]! - suffixes.starts[i]!;
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (Number(prefixes[i]) < 0 || Number(prefixes[i]) > (i === 0 ? 0 : lengthOf(i - 1))) {
      throw malformed('a text repeats more than the one before has');
    }
    total += lengthOf(i);
    if (total > bytesMax) throw malformed(`texts of more than ${bytesMax} bytes in one page`);
  }
  const bytes = new Uint8Array(total);
  const [starts, ends] = [new Int32Array(count), new Int32Array(count)];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const prefix = Number(prefixes[i]);
    const before = i === 0 ? 0 : starts[i - 1]!;
    starts[i] = at;
    bytes.copyWithin(at, before, before + prefix);
    bytes.set(suffixes.bytes.subarray(suffixes.starts[i], suffixes.ends[i]), at + prefix);
    at += lengthOf(i);
    ends[i] = at;
  }
  return { bytes, starts, ends };
}
