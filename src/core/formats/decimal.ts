/** Powers of ten that a float64 holds exactly. */
const exactPowers = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
/** Digits that a float64 holds exactly, whatever they are. */
const exactDigits = 15;

const [zero, nine, dot, minus, plus, upperE, lowerE] = [48, 57, 46, 45, 43, 69, 101] as const;

/**
 * Reads a decimal number from ASCII bytes: sign, digits, point, exponent. `+1`, `.5` and `5.` count; hexadecimal,
 * `inf`, `nan` and thousands separators do not.
 * @returns the nearest float64, as `Number()` gives it; NaN when it is no such number
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: every number of a file passes here; calls would cost more than they explain.
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const sign = bytes[at];
  if (sign === minus || sign === plus) at++;
  let significand = 0;
  let digits = 0;
  let fraction = 0;
  let seen = 0;
  for (let afterPoint = false; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= zero && byte <= nine) {
      seen++;
      if (afterPoint) fraction++;
      // Zeros before the first digit say nothing of the precision.
      if (digits > 0 || byte !== zero) digits++;
      if (digits <= exactDigits) significand = significand * 10 + (byte - zero);
    } else if (byte === dot && !afterPoint) {
      afterPoint = true;
    } else {
      break;
    }
  }
  if (seen === 0) return Number.NaN;
  const exponent = at === end ? 0 : readExponent(bytes, at, end);
  if (exponent === undefined) return Number.NaN;
  const power = exponent - fraction;
  // Clinger's fast path: two exact operands and one operation give the nearest result.
  if (digits <= exactDigits && power >= -22 && power <= 22) {
    const value = power < 0 ? significand / exactPowers[-power]! : significand * exactPowers[power]!;
    return sign === minus ? -value : value;
  }
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return Number(text);
}

/** @returns the exponent, or undefined when what stands there is none */
function readExponent(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (bytes[start] !== lowerE && bytes[start] !== upperE) return undefined;
  let at = start + 1;
  const sign = bytes[at];
  if (sign === minus || sign === plus) at++;
  if (at === end) return undefined;
  let exponent = 0;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte < zero || byte > nine) return undefined;
    exponent = Math.min(exponent * 10 + (byte - zero), 1_000_000);
  }
  return sign === minus ? -exponent : exponent;
}
