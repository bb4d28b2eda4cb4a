import { malformed } from './broken.ts';

/** A varint's last shift: more digits do not fit 32 bits. */
const shiftMax = 28;

/** Reads unsigned numbers of 7 bits a byte. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** The next number, of at most 32 bits. */
  next(): number {
    let value = 0;
    for (let shift = 0; shift <= shiftMax; shift += 7) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw malformed('a number ends behind the page');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw malformed('a number has more than 32 bits');
  }

  /** The next number, of at most 64 bits. */
  nextLong(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw malformed('a number ends behind the page');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw malformed('a number has more than 64 bits');
  }
}

/** Signed numbers are folded into the unsigned ones: 0, -1, 1, -2 ... */
export const unfolded = (value: bigint): bigint => (value >> 1n) ^ -(value & 1n);

/**
 * Fills `out` from runs of repeated and of bit-packed numbers ("RLE / bit-packing hybrid"). However long a run says that
 * it is, no more is written than `out` holds.
 * @param width bits of a number, at most 32
 */
export function readHybridRuns(bytes: Uint8Array, start: number, width: number, out: Uint8Array | Int32Array): void {
  const varints = new VarintReader(bytes, start);
  const byteWidth = (width + 7) >> 3;
  for (let filled = 0; filled < out.length; ) {
    const header = varints.next();
    const isPacked = (header & 1) === 1;
    const count = isPacked ? (header >>> 1) * 8 : header >>> 1;
    if (count === 0) throw malformed('a run of no values');
    const end = Math.min(filled + count, out.length);
    if (isPacked) {
      unpackBits(bytes, varints.at, width, out, filled, end);
      varints.at += (header >>> 1) * width;
    } else {
      if (varints.at + byteWidth > bytes.length) throw malformed('a run ends behind the page');
      let value = 0;
      for (let i = byteWidth - 1; i >= 0; i--) value = value * 256 + bytes[varints.at + i]!;
      out.fill(value, filled, end);
      varints.at += byteWidth;
    }
    filled = end;
  }
}

/** Whether the first `count` numbers are one run of a value below 256, as most writers put the levels of a full page. */
export function isOneRunOf(value: number, bytes: Uint8Array, start: number, count: number): boolean {
  const varints = new VarintReader(bytes, start);
  const header = varints.next();
  return (header & 1) === 0 && header >>> 1 >= count && value <= 0xff && bytes[varints.at] === value;
}

/** Unpacks numbers of `width` bits, the lowest bit first, into `out` from `from` up to `to`. */
function unpackBits(
  bytes: Uint8Array,
  start: number,
  width: number,
  out: Uint8Array | Int32Array,
  from: number,
  to: number,
): void {
  if (start + Math.ceil(((to - from) * width) / 8) > bytes.length) throw malformed('packed values end behind the page');
  if (width <= intWidthMax) unpackNarrow(bytes, start, width, out, from, to);
  else unpackWide(bytes, start, width, out, from, to);
}

/** Up to this width a value and a byte begun fit an integer of 32 bits, with which processors are fastest. */
const intWidthMax = 24;

function unpackNarrow(
  bytes: Uint8Array,
  start: number,
  width: number,
  out: Uint8Array | Int32Array,
  from: number,
  to: number,
): void {
  const mask = (1 << width) - 1;
  let at = start;
  let held = 0;
  let bits = 0;
  for (let i = from; i < to; i++) {
    while (bits < width) {
      held |= bytes[at++]! << bits;
      bits += 8;
    }
    out[i] = held & mask;
    held >>>= width;
    bits -= width;
  }
}

/** The same with a double, which holds the 53 bits that are needed at most. */
function unpackWide(
  bytes: Uint8Array,
  start: number,
  width: number,
  out: Uint8Array | Int32Array,
  from: number,
  to: number,
): void {
  let at = start;
  let held = 0;
  let bits = 0;
  const end = 2 ** width;
  for (let i = from; i < to; i++) {
    while (bits < width) {
      held += bytes[at++]! * 2 ** bits;
      bits += 8;
    }
    const rest = Math.floor(held / end);
    out[i] = held - rest * end;
    held = rest;
    bits -= width;
  }
}
