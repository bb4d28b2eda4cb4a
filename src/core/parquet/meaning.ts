import { unsupported } from './broken.ts';
import { type ByteArrays, bytesAt } from './byte-arrays.ts';
import { codedTexts } from './coded-texts.ts';
import type { ColumnType } from './column-type.ts';
import type { CellText, ColumnValues } from './column-values.ts';
import { doublesOf, millionsOf } from './longs.ts';
import type { PhysicalValues } from './plain-values.ts';

/** What the values of a page mean. Where they are texts, the values say which of these each is. */
export interface MeantValues {
  readonly values: ColumnValues['values'];
  readonly texts?: readonly CellText[];
}

const dayMs = 86_400_000;
/** The Julian day of 1 January 1970, from which INT96 counts. */
const epochJulianDay = 2_440_588;
/** Whole numbers up to here, and powers of ten up to that one, are exact as doubles: so is their quotient, rounded once. */
const exactIntegerMax = 2n ** 53n;
const exactPowerMax = 22;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What the values of a page mean: numbers, times in milliseconds, texts. */
export function meantValues(values: PhysicalValues, column: ColumnType): MeantValues {
  const { kind } = column.meaning;
  if (kind !== 'text' && kind !== 'uuid') return { values: meantNumbers(values, column) };
  const { codes, texts } = codedTexts(arraysOf(values, column), kind === 'text' ? textOf : uuidOf);
  return { values: codes, texts };
}

function meantNumbers(
  values: PhysicalValues,
  column: ColumnType,
): Exclude<PhysicalValues, ByteArrays> | BigUint64Array {
  const { meaning } = column;
  switch (meaning.kind) {
    case 'number':
    case 'boolean':
    case 'integer':
      if ('starts' in values) throw notOfType(column);
      return values;
    case 'unsigned32':
      return numbersOf(values, column).map((value) => (value < 0 ? value + 2 ** 32 : value));
    case 'unsigned64': {
      const { buffer, byteOffset, length } = integersOf(values, column);
      return new BigUint64Array(buffer, byteOffset, length);
    }
    case 'float16':
      return float64s(arraysOf(values, column), float16At);
    case 'decimal':
      return decimals(values, meaning.scale);
    case 'day':
      return numbersOf(values, column).map((day) => day * dayMs);
    case 'int96':
      return float64s(arraysOf(values, column), int96Ms);
    case 'time':
      return timesOf(integersOf(values, column), meaning.perMs);
    default:
      throw notOfType(column);
  }
}

const notOfType = ({ name, physical, meaning }: ColumnType) =>
  unsupported(`the column "${name}" holds ${physical} that mean ${meaning.kind}`);

function numbersOf(values: PhysicalValues, column: ColumnType): Float64Array {
  if (values instanceof Float64Array) return values;
  throw notOfType(column);
}

function integersOf(values: PhysicalValues, column: ColumnType): BigInt64Array {
  if (values instanceof BigInt64Array) return values;
  throw notOfType(column);
}

function arraysOf(values: PhysicalValues, column: ColumnType): ByteArrays {
  if ('starts' in values) return values;
  throw notOfType(column);
}

function float64s(arrays: ByteArrays, numberOf: (bytes: Uint8Array) => number): Float64Array {
  const numbers = new Float64Array(arrays.starts.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = numberOf(bytesAt(arrays, i));
  return numbers;
}

function textOf(bytes: Uint8Array): CellText {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function uuidOf(bytes: Uint8Array): CellText {
  const digits = Buffer.from(bytes).toString('hex');
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  );
}

function float16At(bytes: Uint8Array): number {
  const bits = bytes[0]! | (bytes[1]! << 8);
  const [sign, exponent, fraction] = [bits >> 15 === 0 ? 1 : -1, (bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** A time is cut to milliseconds, as one in a text is. */
function timesOf(values: BigInt64Array, perMs: 1 | 1_000 | 1_000_000): Float64Array {
  // Numbers below 2 ** 53 are exact; nanoseconds of our time are larger.
  if (perMs === 1_000_000) return millionsOf(values);
  const times = doublesOf(values);
  return perMs === 1 ? times : times.map((time) => Math.floor(time / perMs));
}

function int96Ms(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nanoseconds = view.getBigInt64(0, true);
  return (view.getInt32(8, true) - epochJulianDay) * dayMs + Number(nanoseconds / 1_000_000n);
}

function decimals(values: PhysicalValues, scale: number): Float64Array {
  if ('starts' in values) return float64s(values, (bytes) => decimalOf(signedBigEndian(bytes), scale));
  return values instanceof Float64Array
    ? values.map((value) => decimalOf(BigInt(value), scale))
    : Float64Array.from(values as BigInt64Array, (value) => decimalOf(BigInt(value), scale));
}

/** The double that is nearest to a decimal, as reading its text gives. */
function decimalOf(unscaled: bigint, scale: number): number {
  const isExact = unscaled < exactIntegerMax && unscaled > -exactIntegerMax && scale <= exactPowerMax;
  return isExact ? Number(unscaled) / 10 ** scale : Number(`${unscaled}e-${scale}`);
}

function signedBigEndian(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
}
