import { malformed, unsupported } from './broken.ts';
import type { ByteArrays } from './byte-arrays.ts';

/** How values lie in a file, by the names of the format. */
export type PhysicalType =
  | 'BOOLEAN'
  | 'INT32'
  | 'INT64'
  | 'INT96'
  | 'FLOAT'
  | 'DOUBLE'
  | 'BYTE_ARRAY'
  | 'FIXED_LEN_BYTE_ARRAY';

/** Values of a page: numbers of up to 53 bits as float64, 0 and 1 for booleans. */
export type PhysicalValues = Float64Array | BigInt64Array | Uint8Array | ByteArrays;

/** INT96 is a day and the nanoseconds of it, 12 bytes. */
const int96Bytes = 12;

/**
 * Reads `count` values that are written one behind the other.
 * @param fixedBytes bytes of a value of a FIXED_LEN_BYTE_ARRAY
 */
export function readPlainValues(
  page: Uint8Array,
  start: number,
  type: PhysicalType,
  count: number,
  fixedBytes: number,
): PhysicalValues {
  switch (type) {
    case 'BOOLEAN':
      return bitsOf(page, start, count);
    case 'INT32':
      return new Float64Array(arrayAt(Int32Array, page, start, count));
    case 'INT64':
      return arrayAt(BigInt64Array, page, start, count);
    case 'FLOAT':
      return new Float64Array(arrayAt(Float32Array, page, start, count));
    case 'DOUBLE':
      return arrayAt(Float64Array, page, start, count);
    case 'INT96':
      return fixedArrays(page, start, count, int96Bytes);
    case 'FIXED_LEN_BYTE_ARRAY':
      return fixedArrays(page, start, count, fixedBytes);
    case 'BYTE_ARRAY':
      return prefixedArrays(page, start, count);
  }
}

/** The kind of a typed array. */
interface ArrayKind<A> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): A;
}

/** Values as they lie in the page; a copy of them where this type may not begin there. */
function arrayAt<A>(Kind: ArrayKind<A>, page: Uint8Array, start: number, count: number): A {
  const bytes = count * Kind.BYTES_PER_ELEMENT;
  if (start + bytes > page.length) throw malformed('values end behind their page');
  const from = page.byteOffset + start;
  if (from % Kind.BYTES_PER_ELEMENT === 0) return new Kind(page.buffer, from, count);
  const copy = new Uint8Array(bytes);
  copy.set(page.subarray(start, start + bytes));
  return new Kind(copy.buffer, 0, count);
}

function bitsOf(page: Uint8Array, start: number, count: number): Uint8Array {
  if (start + Math.ceil(count / 8) > page.length) throw malformed('values end behind their page');
  const bits = new Uint8Array(count);
  for (let i = 0; i < count; i++) bits[i] = (page[start + (i >> 3)]! >> (i & 7)) & 1;
  return bits;
}

export function fixedArrays(page: Uint8Array, start: number, count: number, width: number): ByteArrays {
  if (!(width > 0)) throw unsupported('values of a fixed length, and the length is not said');
  if (start + count * width > page.length) throw malformed('values end behind their page');
  const [starts, ends] = [new Int32Array(count), new Int32Array(count)];
  for (let i = 0; i < count; i++) {
    starts[i] = start + i * width;
    ends[i] = start + (i + 1) * width;
  }
  return { bytes: page, starts, ends };
}

function prefixedArrays(page: Uint8Array, start: number, count: number): ByteArrays {
  // Each value has at least the four bytes of its length.
  if (start + count * 4 > page.length) throw malformed('values end behind their page');
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const [starts, ends] = [new Int32Array(count), new Int32Array(count)];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 4 > page.length) throw malformed('values end behind their page');
    const end = at + 4 + view.getUint32(at, true);
    if (end > page.length) throw malformed('a value ends behind its page');
    starts[i] = at + 4;
    ends[i] = end;
    at = end;
  }
  return { bytes: page, starts, ends };
}
