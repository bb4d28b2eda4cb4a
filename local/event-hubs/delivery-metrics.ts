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
import { sectionCodes } from './message-sections.ts';
import type { StoredEvent } from './stored-event.ts';

const keys = {
  sequence: encodedSymbol('last_enqueued_sequence_number'),
  offset: encodedSymbol('last_enqueued_offset'),
  enqueued: encodedSymbol('last_enqueued_time_utc'),
  retrieved: encodedSymbol('runtime_info_retrieval_time_utc'),
};
const keyBytes = Object.values(keys).reduce((sum, key) => sum + key.length, 0);

/** The newest event of a partition, as its readers and the management node hear of it. */
export interface LastEnqueued {
  readonly sequence: number;
  /** '-1' while the partition never held an event. */
  readonly offset: string;
  readonly enqueuedMs: number;
}

/** The bytes of an event for a reader that asked to hear, with each event, how far the partition has got. */
export function wireWithMetrics(event: StoredEvent, last: LastEnqueued, nowMs: number): Buffer {
  const { wire, headerEnd } = event;
  const valueBytes = 3 * longBytes + stringOverheadBytes + last.offset.length;
  const metrics = Buffer.allocUnsafe(mapSectionOverheadBytes + keyBytes + valueBytes);
  let at = mapSectionOverheadBytes;
  at = putLongEntry(metrics, at, keys.sequence, longCode, last.sequence);
  at = putStringEntry(metrics, at, keys.offset, last.offset);
  at = putLongEntry(metrics, at, keys.enqueued, timestampCode, last.enqueuedMs);
  at = putLongEntry(metrics, at, keys.retrieved, timestampCode, nowMs);
  putMapSectionStart(metrics, 0, at, sectionCodes.deliveryAnnotations, 4);
  return Buffer.concat([wire.subarray(0, headerEnd), metrics, wire.subarray(headerEnd)]);
}
