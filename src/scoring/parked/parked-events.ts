import type { IncomingEvent } from '../../core/events/incoming-event.ts';
import type { StoredRecord } from '../ports.ts';

/** The event that carried the record, as it came: what comes of it has the id that it would have had then. */
export function eventOf({ source, attempts = 0, contentType, ...record }: StoredRecord): IncomingEvent {
  const { hub, partition, sequence, enqueuedAt, index } = source;
  const { systemProperties = contentType === undefined ? {} : { contentType }, properties } = record;
  return {
    body: Buffer.from(record.body, record.bodyEncoding),
    hub,
    partition,
    sequence,
    enqueuedAt,
    systemProperties,
    ...(properties && { properties }),
    ...(index !== undefined && { index }),
    attempts,
  };
}
