import type { Place } from './event-verdict.ts';
import { nameOf } from './positions.ts';

/** One record of some partition in one place. */
export interface StreamPlace extends Place {
  readonly partition: string;
  /** When the broker took the event: ISO 8601, UTC, milliseconds. */
  readonly enqueuedAt: string;
}

/**
 * Where the records are, although some were on the move while it was read: what waited beforehand and does not any more
 * has its document by now, or has become one just after the documents were read.
 * @param before, after what lay beside the road, read before and after the documents
 */
export function settledPlaces(
  before: readonly StreamPlace[],
  documents: readonly StreamPlace[],
  after: readonly StreamPlace[],
): StreamPlace[] {
  const keyOf = (place: StreamPlace) => `${place.partition}/${nameOf(place)}`;
  const found = new Set([...documents, ...after].map(keyOf));
  return [...documents, ...after, ...before.filter((place) => !found.has(keyOf(place)))];
}
