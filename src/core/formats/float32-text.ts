import { exactPowers } from './decimal.ts';

/** Between these a number is written without an exponent, and its digits fit into 32 bits. */
const [least, end] = [1e-6, 1e6];
/** So many digits always come back from a float32, and so many always tell it from its neighbours. */
const [digitsMin, digitsMax] = [6, 9];
/** A little more and a little less than a number: its neighbours among the float64s. */
const [above, below] = [1 + 2 ** -52, 1 - 2 ** -52];

const [zero, dot, minus] = [0x30, 0x2e, 0x2d] as const;

/** No float32, and no integer of 32 bits, is longer. */
export const float32TextBytesMax = 32;

/**
 * Writes a float32 as the shortest decimal number that reads back as the same float32, by way of a float64 or without.
 * Needs `float32TextBytesMax` bytes of room.
 * @returns where the text ends
 */
export function writeFloat32(value: number, bytes: Uint8Array, at: number): number {
  const magnitude = Math.abs(value);
  if (!(magnitude >= least && magnitude < end)) return writeAscii(otherText(value), bytes, at);
  let start = at;
  if (value < 0) bytes[start++] = minus;
  let decimals = digitsMin - 1 - exponentOf(magnitude);
  for (let digits = digitsMin; digits < digitsMax; digits++, decimals++) {
    const scaled = Math.round(magnitude * exactPowers[decimals]!);
    if (isSame(scaled / exactPowers[decimals]!, magnitude)) return writeFixed(scaled, decimals, bytes, start);
  }
  return writeFixed(Math.round(magnitude * exactPowers[decimals]!), decimals, bytes, start);
}

/** Whether all that could be read for a decimal number is this float32. */
function isSame(read: number, float32: number): boolean {
  return (
    Math.fround(read) === float32 && Math.fround(read * above) === float32 && Math.fround(read * below) === float32
  );
}

/** The power of ten of the first digit, for numbers that are written without an exponent. */
function exponentOf(magnitude: number): number {
  let exponent = 0;
  if (magnitude >= 1) while (magnitude >= exactPowers[exponent + 1]!) exponent++;
  else while (magnitude * exactPowers[-exponent]! < 1) exponent--;
  return exponent;
}

/** Writes `digits / 10 ** decimals`, without zeros at the end. */
function writeFixed(digits: number, decimals: number, bytes: Uint8Array, at: number): number {
  let rest = digits | 0;
  let places = decimals;
  while (places > 0 && rest % 10 === 0) {
    rest = (rest / 10) | 0;
    places--;
  }
  if (places === 0) return writeInteger(rest, bytes, at);
  const power = places < 10 ? exactPowers[places]! | 0 : 0;
  // With ten places and more the digits, which are nine at most, are all behind the point.
  const whole = power === 0 ? 0 : (rest / power) | 0;
  const point = writeInteger(whole, bytes, at);
  bytes[point] = dot;
  let fraction = rest - whole * power;
  for (let i = point + places; i > point; i--) {
    const shorter = (fraction / 10) | 0;
    bytes[i] = zero + fraction - shorter * 10;
    fraction = shorter;
  }
  return point + places + 1;
}

/** Writes an integer from 0 to 2 ** 31 - 1. @returns where it ends */
export function writeInteger(value: number, bytes: Uint8Array, at: number): number {
  let end = at + 1;
  for (let power = 10; power <= value; power *= 10) end++;
  let rest = value | 0;
  for (let i = end - 1; i >= at; i--) {
    const shorter = (rest / 10) | 0;
    bytes[i] = zero + rest - shorter * 10;
    rest = shorter;
  }
  return end;
}

/** Zeros, very large and very small numbers; the smallest have fewer digits than others. */
function otherText(value: number): string {
  for (let digits = 1; digits < digitsMax; digits++) {
    const read = Number(value.toPrecision(digits));
    if (isSame(Math.abs(read), Math.abs(value))) return String(read);
  }
  return String(Number(value.toPrecision(digitsMax)));
}

function writeAscii(text: string, bytes: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}
