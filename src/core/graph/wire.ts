/** The fields of a protobuf message as they lie in its bytes, for what must be known before anything is decoded. */

/** Kinds of values on the wire. */
export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * What to do with a field. @param start where its value begins, after its length @param end one past its value
 * @param tag where the field itself begins
 */
export type VisitField = (field: number, wireType: number, start: number, end: number, tag: number) => void;

/**
 * Visits the fields of one message.
 * @throws {RangeError} when the bytes are no message, or hold groups, which nobody writes any more
 */
export function scanFields(bytes: Uint8Array, visit: VisitField): void {
  let at = 0;
  while (at < bytes.length) {
    const tag = at;
    const [key, start] = smallVarint(bytes, at);
    const wireType = key & 7;
    const [from, end] = extentOf(bytes, wireType, start);
    if (end > bytes.length) throw new RangeError('a field ends beyond the message');
    visit(key >>> 3, wireType, from, end, tag);
    at = end;
  }
}

function extentOf(bytes: Uint8Array, wireType: number, start: number): [start: number, end: number] {
  switch (wireType) {
    case wireTypes.varint:
      return [start, endOfVarint(bytes, start)];
    case wireTypes.fixed64:
      return [start, start + 8];
    case wireTypes.fixed32:
      return [start, start + 4];
    case wireTypes.bytes: {
      const [length, from] = smallVarint(bytes, start);
      return [from, from + length];
    }
    default:
      throw new RangeError(`wire type ${wireType}`);
  }
}

/** A number of at most 32 bits, and where it ends. */
function smallVarint(bytes: Uint8Array, start: number): [value: number, end: number] {
  const end = endOfVarint(bytes, start);
  let value = 0;
  for (let i = end - 1; i >= start; i--) value = value * 128 + (bytes[i]! & 0x7f);
  if (value >= 2 ** 32) throw new RangeError('a length or tag of more than 32 bits');
  return [value, end];
}

const varintBytesMax = 10;

function endOfVarint(bytes: Uint8Array, start: number): number {
  for (let i = start; i < Math.min(bytes.length, start + varintBytesMax); i++) if (bytes[i]! < 0x80) return i + 1;
  throw new RangeError('a number without an end');
}
