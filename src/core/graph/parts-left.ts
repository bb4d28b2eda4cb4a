import type { DescMessage } from '@bufbuild/protobuf';
import { scanFields, wireTypes } from './wire.ts';

/** How many fields a file may have still. */
export interface PartsLeft {
  count: number;
}

/**
 * Fields that a model may have: an empty one takes two bytes of a file and some hundred of memory. A network of
 * 100,000 operators has a million; the entries of long lists in attributes are not counted.
 */
export const partsMax = 2_000_000;

/** Fields that are messages themselves, by number. */
const messages = new WeakMap<DescMessage, ReadonlyMap<number, DescMessage>>();

/**
 * Counts the fields of a message, and of those inside it, before anything is decoded.
 * @throws {RangeError} when there are more than may be left, or when the bytes are no message
 */
export function countParts(bytes: Uint8Array, schema: DescMessage, left: PartsLeft): void {
  const inner = messagesOf(schema);
  scanFields(bytes, (field, wireType, start, end) => {
    left.count--;
    if (left.count < 0) throw new RangeError('too many parts');
    const message = wireType === wireTypes.bytes ? inner.get(field) : undefined;
    if (message !== undefined) countParts(bytes.subarray(start, end), message, left);
  });
}

function messagesOf(schema: DescMessage): ReadonlyMap<number, DescMessage> {
  const known = messages.get(schema);
  if (known !== undefined) return known;
  const found = new Map(
    schema.fields.flatMap((field) => (field.message === undefined ? [] : [[field.number, field.message] as const])),
  );
  messages.set(schema, found);
  return found;
}
