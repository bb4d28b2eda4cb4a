import {
  encodedSymbol,
  longBytes,
  longCode,
  mapSectionOverheadBytes,
  putLongEntry,
  putMapSectionStart,
  putStringEntry,
  stringOverheadBytes,
  timestampCode,
} from './amqp-writing.ts';
import { type IncomingEvent, partitionKeyAnnotation } from './incoming-message.ts';
import { sectionCodes } from './message-sections.ts';
import { offsetOf } from './stored-event.ts';

const keys = {
  sequence: encodedSymbol('x-opt-sequence-number'),
  offset: encodedSymbol('x-opt-offset'),
  enqueued: encodedSymbol('x-opt-enqueued-time'),
  partitionKey: encodedSymbol(partitionKeyAnnotation),
};
const fixedEntriesBytes =
  keys.sequence.length + longBytes + keys.offset.length + stringOverheadBytes + keys.enqueued.length + longBytes;

/** What the broker says of an event in its annotations. */
export interface Stamp {
  readonly sequence: number;
  readonly enqueuedMs: number;
  /** The key of the envelope that the event came in; one that the event carries itself is kept. */
  readonly partitionKey: string | undefined;
}

/** The bytes of an event as consumers receive it: as it was sent, with the broker's annotations. */
export function stampedWire(event: IncomingEvent, stamp: Stamp): Buffer {
  const { bytes, headerEnd, annotations, restStart } = event;
  const offset = String(offsetOf(stamp.sequence));
  const isKeyMissing = !annotations.some(({ key }) => key === partitionKeyAnnotation);
  const partitionKey = isKeyMissing ? stamp.partitionKey : undefined;
  const keyBytes =
    partitionKey === undefined ? 0 : keys.partitionKey.length + stringOverheadBytes + Buffer.byteLength(partitionKey);
  const ownBytes = annotations.reduce((sum, { start, end }) => sum + end - start, 0);
  const entriesBytes = ownBytes + fixedEntriesBytes + offset.length + keyBytes;
  const wire = Buffer.allocUnsafe(headerEnd + mapSectionOverheadBytes + entriesBytes + bytes.length - restStart);

  bytes.copy(wire, 0, 0, headerEnd);
  let at = headerEnd + mapSectionOverheadBytes;
  for (const { start, end } of annotations) at += bytes.copy(wire, at, start, end);
  at = putLongEntry(wire, at, keys.sequence, longCode, stamp.sequence);
  at = putStringEntry(wire, at, keys.offset, offset);
  at = putLongEntry(wire, at, keys.enqueued, timestampCode, stamp.enqueuedMs);
  if (partitionKey !== undefined) at = putStringEntry(wire, at, keys.partitionKey, partitionKey);
  const entries = annotations.length + (partitionKey === undefined ? 3 : 4);
  putMapSectionStart(wire, headerEnd, at, sectionCodes.messageAnnotations, entries);
  bytes.copy(wire, at, restStart);
  return wire;
}
