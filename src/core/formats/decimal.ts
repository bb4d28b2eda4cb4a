/** Powers of ten that a float64 holds exactly. */
const exactPowers = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
/** Digits that a float64 holds exactly, whatever they are. */
const exactDigits = 15;

const [zero, nine, dot, minus, plus] = [0x30, 0x39, 0x2e, 0x2d, 0x2b] as const;

/**
 * Reads a decimal number from ASCII bytes: sign, digits, point, exponent. `+1`, `.5` and `5.` count; hexadecimal,
 * `inf`, `nan` and thousands separators do not.
 * @returns the nearest float64, as `Number()` gives it; NaN when it is no such number
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  const sign = bytes[start];
  const first = sign === minus || sign === plus ? start + 1 : start;
  let at = first;
  let significand = 0;
  for (let byte = bytes[at]!; at < end && byte >= zero && byte <= nine; byte = bytes[++at]!) {
    significand = significand * 10 + (byte - zero);
  }
  let digits = at - first;
  let fraction = 0;
  if (at < end && bytes[at] === dot) {
    const from = ++at;
    for (let byte = bytes[at]!; at < end && byte >= zero && byte <= nine; byte = bytes[++at]!) {
      significand = significand * 10 + (byte - zero);
    }
    fraction = at - from;
    digits += fraction;
  }
  if (at < end || digits > exactDigits || digits === 0) return parseSlowly(bytes, start, end);
  // Two exact operands and one operation give the nearest result (Clinger).
  const value = fraction === 0 ? significand : significand / exactPowers[fraction]!;
  return sign === minus ? -value : value;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** No number needs more; a longer one is a mistake or an attack. */
const lengthMax = 4_096;

/** Exponents and many digits, and all that is no number. */
function parseSlowly(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > lengthMax) return Number.NaN;
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return decimal.test(text) ? Number(text) : Number.NaN;
}
