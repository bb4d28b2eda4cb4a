import { quotientOf } from './exact-quotient.ts';

/** Powers of ten that a float64 holds exactly. */
export const exactPowers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Below it a float64 holds every integer exactly. */
const exactEnd = 2 ** 53;
/** Digits of the second half of a number that has more than a float64 holds. */
const halfDigits = 9;
/** Significant digits that two halves hold, whatever they are. */
const digitsMax = 15 + halfDigits;
/** Larger exponents mean infinity or zero whatever stands before them; the slow way knows which. */
const exponentEnd = 10_000;

const [zero, nine, dot, minus, plus, upperE, lowerE] = [0x30, 0x39, 0x2e, 0x2d, 0x2b, 0x45, 0x65] as const;

/**
 * Reads a decimal number from ASCII bytes: sign, digits, point, exponent. `+1`, `.5` and `5.` count; hexadecimal,
 * `inf`, `nan` and thousands separators do not.
 * @param point the byte that stands before the fraction
 * @returns the nearest float64, as `Number()` gives it; NaN when it is no such number
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: every number of a file passes here; calls would cost more than they explain.
export function parseDecimal(bytes: Uint8Array, start: number, end: number, point: number = dot): number {
  const sign = bytes[start];
  const first = sign === minus || sign === plus ? start + 1 : start;
  let at = first;
  let significand = 0;
  for (let byte = bytes[at]!; at < end && byte >= zero && byte <= nine; byte = bytes[++at]!) {
    significand = significand * 10 + (byte - zero);
  }
  let digits = at - first;
  let fraction = 0;
  if (at < end && bytes[at] === point) {
    const from = ++at;
    for (let byte = bytes[at]!; at < end && byte >= zero && byte <= nine; byte = bytes[++at]!) {
      significand = significand * 10 + (byte - zero);
    }
    fraction = at - from;
    digits += fraction;
  }
  if (digits === 0) return Number.NaN;
  const digitsEnd = at;
  let exponent = 0;
  if (at < end) {
    exponent = exponentAt(bytes, at, end);
    // NaN too: what stands there is no exponent.
    if (!(Math.abs(exponent) < exponentEnd)) return parseSlowly(bytes, start, end, point);
  }
  const power = exponent - fraction;
  if (power < -22 || power > 22) {
    return significand === 0 ? signed(0, sign) : parseSlowly(bytes, start, end, point);
  }
  // Two exact operands and one operation give the nearest result (Clinger).
  if (significand < exactEnd) {
    return signed(power < 0 ? significand / exactPowers[-power]! : significand * exactPowers[power]!, sign);
  }
  const value = power > 0 ? Number.NaN : longQuotient(bytes, first, digitsEnd, point, -power);
  return Number.isNaN(value) ? parseSlowly(bytes, start, end, point) : signed(value, sign);
}

const signed = (value: number, sign: number | undefined): number => (sign === minus ? -value : value);

/** The exponent that is written from `at` to `end`, with its letter; NaN when none is. */
function exponentAt(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== lowerE && bytes[at] !== upperE) return Number.NaN;
  const sign = bytes[at + 1];
  const from = sign === minus || sign === plus ? at + 2 : at + 1;
  if (from >= end) return Number.NaN;
  let exponent = 0;
  for (let i = from; i < end; i++) {
    const byte = bytes[i]!;
    if (byte < zero || byte > nine) return Number.NaN;
    exponent = Math.min(exponent * 10 + (byte - zero), exponentEnd);
  }
  return signed(exponent, sign);
}

/** The number of many digits over a power of ten; NaN where this cannot tell the nearest float64. */
function longQuotient(bytes: Uint8Array, first: number, end: number, point: number, power: number): number {
  let high = 0;
  let low = 0;
  let digits = 0;
  let lowDigits = 0;
  for (let at = first; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === point) continue;
    // Zeros in front of the first digit of a fraction are no digits.
    if (digits === 0 && byte === zero) continue;
    if (digits < 15) high = high * 10 + (byte - zero);
    else {
      low = low * 10 + (byte - zero);
      lowDigits++;
    }
    if (++digits > digitsMax) return Number.NaN;
  }
  return quotientOf(high, exactPowers[lowDigits]!, low, exactPowers[power]!);
}

/** No number needs more; a longer one is a mistake or an attack. */
const lengthMax = 4_096;
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Very many digits, very large and very small numbers, and all that is no number. */
function parseSlowly(bytes: Uint8Array, start: number, end: number, point: number): number {
  if (end - start > lengthMax) return Number.NaN;
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    // A dot that is no decimal point makes the text no number.
    if (byte === dot && point !== dot) return Number.NaN;
    text += byte === point ? '.' : String.fromCharCode(byte);
  }
  return decimal.test(text) ? Number(text) : Number.NaN;
}
