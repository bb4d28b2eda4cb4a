/**
 * One event in a segment file: bytes of all that follows the checksum, CRC-32 of it, sequence number, enqueued time,
 * end of the header section, message. Numbers are big-endian, as in AMQP.
 */
import { crc32 } from 'node:zlib';
import { int64At, putInt64 } from './amqp-writing.ts';
import type { StoredEvent } from './stored-event.ts';

const checkedFrom = 8;
const sequenceAt = 8;
const enqueuedAt = 16;
const headerEndAt = 24;
const wireAt = 28;

/** Bytes of a record without its message. */
export const recordOverheadBytes = wireAt;

/** The records of some events, one behind the other. */
export function encodeRecords(events: readonly StoredEvent[]): Buffer {
  const bytes = events.reduce((sum, { wire }) => sum + wireAt + wire.length, 0);
  const records = Buffer.allocUnsafe(bytes);
  let start = 0;
  for (const { sequence, enqueuedMs, wire, headerEnd } of events) {
    const end = start + wireAt + wire.length;
    records.writeUInt32BE(end - start - checkedFrom, start);
    putInt64(records, start + sequenceAt, sequence);
    putInt64(records, start + enqueuedAt, enqueuedMs);
    records.writeUInt32BE(headerEnd, start + headerEndAt);
    wire.copy(records, start + wireAt);
    records.writeUInt32BE(crc32(records.subarray(start + checkedFrom, end)), start + 4);
    start = end;
  }
  return records;
}

/** What a segment file holds up to its end or its first damaged byte. */
export interface DecodedRecords {
  /** The messages are not copied: they are parts of the bytes decoded. */
  readonly events: StoredEvent[];
  /** Where the last whole record ends; the length of the file when nothing is wrong with it. */
  readonly end: number;
}

/** Reads records whose sequence numbers follow each other from `firstSequence` on, as far as they are whole. */
export function decodeRecords(bytes: Buffer, firstSequence: number): DecodedRecords {
  const events: StoredEvent[] = [];
  let start = 0;
  while (start + wireAt <= bytes.length) {
    const end = start + checkedFrom + bytes.readUInt32BE(start);
    if (end < start + wireAt || end > bytes.length) break;
    if (crc32(bytes.subarray(start + checkedFrom, end)) !== bytes.readUInt32BE(start + 4)) break;
    const sequence = int64At(bytes, start + sequenceAt);
    if (sequence !== firstSequence + events.length) break;
    events.push({
      sequence,
      enqueuedMs: int64At(bytes, start + enqueuedAt),
      headerEnd: bytes.readUInt32BE(start + headerEndAt),
      wire: bytes.subarray(start + wireAt, end),
    });
    start = end;
  }
  return { events, end: start };
}
