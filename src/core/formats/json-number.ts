import { exactPowers, parseDecimal } from './decimal.ts';

const [minus, plus, dot, zero, nine, upperE, lowerE] = [0x2d, 0x2b, 0x2e, 0x30, 0x39, 0x45, 0x65] as const;

/**
 * Where the JSON number (RFC 8259) that begins at `start` ends.
 * @returns -1 when none begins there
 */
export function jsonNumberEnd(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === minus ? start + 1 : start;
  const first = at;
  at = digitsEnd(bytes, at);
  if (at === first || (at > first + 1 && bytes[first] === zero)) return -1;
  if (bytes[at] === dot) {
    const end = digitsEnd(bytes, at + 1);
    if (end === at + 1) return -1;
    at = end;
  }
  if (bytes[at] === lowerE || bytes[at] === upperE) {
    const sign = bytes[at + 1];
    const from = sign === minus || sign === plus ? at + 2 : at + 1;
    at = digitsEnd(bytes, from);
    if (at === from) return -1;
  }
  return at;
}

function digitsEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  let byte = bytes[at]!;
  while (byte >= zero && byte <= nine) byte = bytes[++at]!;
  return at;
}

/** As many digits fit into 32 bits, whatever they are: there a number is read fastest. */
const shortDigits = 9;

/** Reads JSON numbers in one go: where one ends is known when its value is. */
export class JsonNumberReader {
  /** The number that was read last. */
  value = 0;

  /** Reads the number that begins at `start`. @returns where it ends; -1 when none begins there */
  read(bytes: Uint8Array, start: number): number {
    const isNegative = bytes[start] === minus;
    const first = isNegative ? start + 1 : start;
    let at = first;
    let significand = 0;
    let byte = bytes[at]!;
    while (byte >= zero && byte <= nine) {
      significand = (significand * 10 + byte - zero) | 0;
      byte = bytes[++at]!;
    }
    const whole = at - first;
    let fraction = 0;
    if (byte === dot) {
      const from = ++at;
      byte = bytes[at]!;
      while (byte >= zero && byte <= nine) {
        significand = (significand * 10 + byte - zero) | 0;
        byte = bytes[++at]!;
      }
      fraction = at - from;
      if (fraction === 0) return -1;
    }
    if (whole === 0 || (whole > 1 && bytes[first] === zero)) return -1;
    if (whole + fraction > shortDigits || byte === lowerE || byte === upperE) return this.#readLong(bytes, start);
    const magnitude = significand / exactPowers[fraction]!;
    this.value = isNegative ? -magnitude : magnitude;
    return at;
  }

  #readLong(bytes: Uint8Array, start: number): number {
    const end = jsonNumberEnd(bytes, start);
    if (end >= 0) this.value = parseDecimal(bytes, start, end);
    return end;
  }
}
