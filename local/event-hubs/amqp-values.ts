/**
 * Finds its way through encoded AMQP 1.0 values without decoding them: events are stored and delivered as the bytes
 * they came in, so that every type survives and nothing is encoded twice.
 */
import { AmqpFault } from './amqp-fault.ts';

const describedConstructor = 0x00;
/** Width in bytes of the fixed-width types, by the constructor's first hexadecimal digit. */
const fixedWidths: ReadonlyMap<number, number> = new Map([
  [0x4, 0],
  [0x5, 1],
  [0x6, 2],
  [0x7, 4],
  [0x8, 8],
  [0x9, 16],
]);

/** The refusal of bytes that are no AMQP message. */
export function malformed(what: string): AmqpFault {
  return new AmqpFault('amqp:decode-error', `The message is malformed: ${what}.`);
}

/**
 * The offset just past the value that starts at `start`.
 * @throws {AmqpFault} when no whole value is there
 */
export function endOfValue(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === describedConstructor) at = endOfDescriptor(bytes, at + 1);
  return endOfPlainValue(bytes, at);
}

/** A descriptor is a plain value; the standard has symbols and unsigned longs only. */
function endOfDescriptor(bytes: Buffer, at: number): number {
  if (bytes[at] === describedConstructor) throw malformed(`a described descriptor at byte ${at}`);
  return endOfPlainValue(bytes, at);
}

function endOfPlainValue(bytes: Buffer, at: number): number {
  const end = at + 1 + widthOf(bytes, at);
  if (end > bytes.length) throw malformed(`the value at byte ${at} ends at ${end}, past the end at ${bytes.length}`);
  return end;
}

/** Bytes that follow the constructor at `at`, with the size field where there is one. */
function widthOf(bytes: Buffer, at: number): number {
  const code = bytes[at];
  if (code === undefined) throw malformed(`a value is missing at byte ${at}`);
  const category = code >> 4;
  const fixed = fixedWidths.get(category);
  if (fixed !== undefined) return fixed;
  if (category < 0xa) throw malformed(`unknown constructor 0x${code.toString(16)} at byte ${at}`);
  const hasShortSize = category % 2 === 0;
  if (at + (hasShortSize ? 1 : 4) >= bytes.length) throw malformed(`the size at byte ${at + 1} is cut off`);
  return hasShortSize ? 1 + bytes[at + 1]! : 4 + bytes.readUInt32BE(at + 1);
}

/** The string or symbol in a whole value; undefined when it is of another type. */
export function textAt(bytes: Buffer, at: number): string | undefined {
  const code = bytes[at];
  if (code === 0xa1 || code === 0xa3) return bytes.toString('utf8', at + 2, endOfValue(bytes, at));
  if (code === 0xb1 || code === 0xb3) return bytes.toString('utf8', at + 5, endOfValue(bytes, at));
  return undefined;
}

/** The content of a whole binary value, not copied; undefined when it is of another type. */
export function binaryAt(bytes: Buffer, at: number): Buffer | undefined {
  if (bytes[at] === 0xa0) return bytes.subarray(at + 2, endOfValue(bytes, at));
  return bytes[at] === 0xb0 ? bytes.subarray(at + 5, endOfValue(bytes, at)) : undefined;
}

/** One key with its value, as offsets into the bytes of the map. */
export interface MapEntry {
  /** The key; undefined when it is neither a string nor a symbol. */
  readonly key: string | undefined;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/**
 * The entries of the map that starts at `at`.
 * @throws {AmqpFault} when it is no map, or its entries do not fill it exactly
 */
export function mapEntries(bytes: Buffer, at: number): MapEntry[] {
  const isShort = bytes[at] === 0xc1;
  if (!isShort && bytes[at] !== 0xd1) throw malformed(`a map was expected at byte ${at}`);
  const end = endOfValue(bytes, at);
  const first = at + (isShort ? 3 : 9);
  if (first > end) throw malformed(`the map at byte ${at} has no count`);
  const count = isShort ? bytes[at + 2]! : bytes.readUInt32BE(at + 5);

  const entries: MapEntry[] = [];
  let start = first;
  while (start < end) {
    const valueStart = endOfValue(bytes, start);
    const entryEnd = endOfValue(bytes, valueStart);
    entries.push({ key: textAt(bytes, start), start, valueStart, end: entryEnd });
    start = entryEnd;
  }
  if (start !== end || count !== entries.length * 2)
    throw malformed(`the map at byte ${at} does not hold ${count} values`);
  return entries;
}
