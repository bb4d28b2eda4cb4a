import type { Fault } from '../../fault.ts';
import { decodeUtf8 } from '../../formats/json-text.ts';
import type { TensorData } from '../../tensor.ts';
import { arrayOf, type Datatype, datatypes } from './datatypes.ts';
import { sizeOf } from './wire-tensor.ts';

const malformed = (path: string, expected: string, got: string): Fault => ({
  code: 'tensor.malformed',
  path,
  expected,
  got,
});

/**
 * Reads the data of a tensor in the binary form: little-endian, row-major, without padding.
 * @param at where the tensor stands in the body, for faults
 */
export function readBinaryData(
  bytes: Uint8Array,
  datatype: Datatype,
  shape: readonly number[],
  at: string,
): TensorData | Fault {
  const size = sizeOf(shape);
  const { type, bytes: width } = datatypes[datatype];
  if (type === 'string') return readTexts(bytes, size, at);
  if (bytes.length !== size * width) {
    const expected = `${size * width} bytes, as ${datatype}[${shape.join()}] has`;
    return malformed(at, expected, `${bytes.length} bytes`);
  }
  if (datatype === 'FP16' || datatype === 'BF16') {
    return widened(new Uint16Array(aligned(bytes, width), 0, size), datatype === 'FP16' ? halfToSingle : brainToSingle);
  }
  const data = new arrayOf[type](aligned(bytes, width), 0, size);
  const wrong = type === 'bool' ? data.findIndex((value) => Number(value) > 1) : -1;
  return wrong < 0 ? data : malformed(`${at}/${wrong}`, 'bytes of 0 or 1', String(data[wrong]));
}

/** A copy of its own: bytes in the middle of a body need not be aligned, and the body need not be kept. */
const aligned = (bytes: Uint8Array, width: number): ArrayBuffer =>
  width === 0 ? new ArrayBuffer(0) : (Uint8Array.prototype.slice.call(bytes).buffer as ArrayBuffer);

/** Each text is its length in bytes (uint32) and its bytes. */
function readTexts(bytes: Uint8Array, size: number, at: string): string[] | Fault {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const texts: string[] = [];
  let end = 0;
  while (texts.length < size) {
    const start = end + 4;
    end = start <= bytes.length ? start + view.getUint32(end, true) : start;
    if (end > bytes.length) return malformed(at, `${size} texts`, `${texts.length} and the beginning of another`);
    const text = decodeUtf8(bytes.subarray(start, end));
    if (text === undefined) {
      return { code: 'text.not_utf8', path: `${at}/${texts.length}`, expected: 'UTF-8', got: 'bytes that are not' };
    }
    texts.push(text);
  }
  return end === bytes.length ? texts : malformed(at, `${size} texts`, `${bytes.length - end} bytes more`);
}

function widened(halves: Uint16Array, toSingle: (bits: number) => number): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = toSingle(halves[i]!);
  return new Float32Array(bits.buffer);
}

/** bfloat16 is the upper half of a float32. */
const brainToSingle = (bits: number): number => bits << 16;

/** The bits of the float32 that equals a float16. */
function halfToSingle(bits: number): number {
  const sign = (bits & 0x8000) << 16;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // A subnormal half is a normal single.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | ((fraction << (13 + shift)) & 0x7fffff);
}

/** The bytes of a tensor's data in the binary form. */
export function binaryData(data: TensorData): Uint8Array {
  if (!Array.isArray(data)) {
    const { buffer, byteOffset, byteLength } = data as Float32Array;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
  const pieces = (data as readonly string[]).flatMap((text) => {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return [length, bytes];
  });
  return Buffer.concat(pieces);
}
