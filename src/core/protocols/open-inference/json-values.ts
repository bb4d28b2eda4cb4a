import { parseDecimal } from '../../formats/decimal.ts';
import { jsonStringEnd } from '../../formats/json-bounds.ts';
import { jsonNumberEnd } from '../../formats/json-number.ts';
import { parseJson } from '../../formats/json-text.ts';
import type { TensorData } from '../../tensor.ts';
import { arrayOf, type Datatype, datatypes } from './datatypes.ts';

/** Reads one value. @returns where it ends, or what would have been right */
export type ReadValue = (bytes: Uint8Array, start: number, index: number) => number | string;

const quote = 0x22;

/** Room for the values, and how one is read into it. */
export function readerOf(datatype: Datatype, size: number): { data: TensorData | (string | null)[]; read: ReadValue } {
  const { type } = datatypes[datatype];
  switch (type) {
    case 'string': {
      const data: (string | null)[] = [];
      return { data, read: textReader(data) };
    }
    case 'int64':
    case 'uint64': {
      const data = new arrayOf[type](size);
      return { data, read: bigReader(data, type === 'int64' ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n]) };
    }
    case 'bool': {
      const data = new Uint8Array(size);
      return { data, read: boolReader(data) };
    }
    case 'float32':
    case 'float64': {
      const data = new arrayOf[type](size);
      return { data, read: floatReader(data, magnitudeEnds[datatype] ?? Number.POSITIVE_INFINITY, datatype) };
    }
    default: {
      const data = new arrayOf[type](size);
      return { data, read: integerReader(data, datatype) };
    }
  }
}

/** Half a step above the largest finite value: everything below rounds to a finite one. */
const magnitudeEnds: Partial<Record<Datatype, number>> = {
  FP16: 65_520,
  FP32: 3.4028235677973362e38,
};

const isNull = (bytes: Uint8Array, at: number) =>
  bytes[at] === 0x6e && bytes[at + 1] === 0x75 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x6c;

/** null stands for NaN, which JSON cannot write. */
function floatReader(data: Float32Array | Float64Array, end: number, datatype: Datatype): ReadValue {
  const expected = `a number that ${datatype} can hold, or null for NaN`;
  return (bytes, start, index) => {
    if (isNull(bytes, start)) {
      data[index] = Number.NaN;
      return start + 4;
    }
    const stop = jsonNumberEnd(bytes, start);
    if (stop < 0) return expected;
    const value = parseDecimal(bytes, start, stop);
    if (!(Math.abs(value) < end)) return expected;
    data[index] = value;
    return stop;
  };
}

type SmallIntegers = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

function integerReader(data: SmallIntegers, datatype: Datatype): ReadValue {
  const expected = `an integer that ${datatype} can hold`;
  return (bytes, start, index) => {
    const stop = jsonNumberEnd(bytes, start);
    if (stop < 0) return expected;
    const value = parseDecimal(bytes, start, stop);
    data[index] = value;
    return data[index] === value ? stop : expected;
  };
}

/** So many digits fit into a number without loss. */
const exactDigits = 15;
/** No 64-bit integer has more, with its sign. */
const integerCharactersMax = 20;

function bigReader(data: BigInt64Array | BigUint64Array, [min, max]: readonly [bigint, bigint]): ReadValue {
  const expected = `an integer, ${min}..${max}`;
  return (bytes, start, index) => {
    const stop = jsonNumberEnd(bytes, start);
    if (stop < 0 || stop - start > integerCharactersMax) return expected;
    const value = bigOf(bytes, start, stop);
    if (value === undefined || value < min || value > max) return expected;
    data[index] = value;
    return stop;
  };
}

function bigOf(bytes: Uint8Array, start: number, stop: number): bigint | undefined {
  if (stop - start <= exactDigits) {
    const value = parseDecimal(bytes, start, stop);
    return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  }
  const text = String.fromCharCode(...bytes.subarray(start, stop));
  return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}

function boolReader(data: Uint8Array): ReadValue {
  const words: readonly [string, number][] = [
    ['true', 1],
    ['false', 0],
    ['1', 1],
    ['0', 0],
  ];
  return (bytes, start, index) => {
    const text = String.fromCharCode(...bytes.subarray(start, start + 5));
    const [word, value] = words.find(([each]) => text.startsWith(each)) ?? [];
    if (word === undefined || value === undefined) return 'true or false';
    data[index] = value;
    return start + word.length;
  };
}

function textReader(data: (string | null)[]): ReadValue {
  const expected = 'a text in UTF-8, or null';
  return (bytes, start, index) => {
    if (isNull(bytes, start)) {
      data[index] = null;
      return start + 4;
    }
    if (bytes[start] !== quote) return expected;
    const end = jsonStringEnd(bytes, start + 1) + 1;
    const text = parseJson(bytes.subarray(start, end));
    if ('fault' in text) return expected;
    data[index] = text.value as string;
    return end;
  };
}
