import type { Container } from './container.ts';
import type { StoredDocument } from './document.ts';

export interface ChangeFeedRequest {
  /** Changes after this sequence number; `now` for those still to come. */
  readonly after: number | 'now';
  /** Only documents written at this time (seconds since 1970) or later. */
  readonly sinceSeconds: number;
  readonly partitionKey: string | undefined;
  readonly itemsMax: number;
}

export interface ChangeFeedPage {
  readonly documents: readonly StoredDocument[];
  /** Where the next page starts. */
  readonly continuation: number;
}

/** A page of the change feed in its latest-version mode: each document once, as it is now, in the order of last changes. */
export function readChanges({ documents: store }: Container, request: ChangeFeedRequest): ChangeFeedPage {
  if (request.after === 'now') return { documents: [], continuation: store.lastLsn };
  const isWanted = request.partitionKey === undefined ? () => true : store.keys.matcher(request.partitionKey);
  const documents: StoredDocument[] = [];
  for (const document of store.changesAfter(request.after)) {
    const writtenSeconds = document.body._ts as number;
    if (!isWanted(document.partition) || writtenSeconds < request.sinceSeconds) continue;
    documents.push(document);
    if (documents.length === request.itemsMax) return { documents, continuation: document.lsn };
  }
  return { documents, continuation: store.lastLsn };
}
