import { readDocumentId } from '../../core/ids.ts';
import type { PlaceKind } from '../../core/ledger/event-verdict.ts';
import type { StreamPlace } from '../../core/ledger/settled-places.ts';

/** Which records are asked for. */
export interface PlaceFilter {
  readonly hub: string;
  /** ISO 8601, UTC, milliseconds: events that the broker took from then on. All when absent. */
  readonly since: string | undefined;
}

/** The place of the record with this id; undefined when it is none of those that are asked for. */
export function placeOf(id: string, kind: PlaceKind, { hub, since }: PlaceFilter): StreamPlace | undefined {
  const source = readDocumentId(id)?.source;
  if (source?.kind !== 'stream' || source.hub !== hub) return undefined;
  const { partition, sequence, index, enqueuedAt } = source as typeof source & { readonly index?: number };
  if (since !== undefined && enqueuedAt < since) return undefined;
  return { kind, partition, sequence, enqueuedAt, ...(index !== undefined && { index }) };
}
