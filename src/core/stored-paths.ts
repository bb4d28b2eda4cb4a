import { readDocumentId } from './ids.ts';
import type { StreamSource } from './source.ts';

/** Where records lie that left the road: blobs that end in their ids. */

interface Stored {
  readonly id: string;
  readonly source: StreamSource;
}

/** Of a dead letter: `<reason>/<enqueued day>/<id>.json`. */
export const deadLetterPath = ({ reason, ...record }: Stored & { readonly reason: string }): string =>
  `${reason}/${parkedPath(record)}`;

/** Of a parked record: `<enqueued day>/<id>.json`. */
export const parkedPath = ({ id, source }: Stored): string => `${source.enqueuedAt.slice(0, 10)}/${id}.json`;

/** What the path of a dead letter says of it. */
export function readDeadLetterPath(path: string): { readonly reason: string; readonly day: string } {
  const [reason = '', day = ''] = path.split('/');
  return { reason, day };
}

export const idOfPath = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.json$/, '');

/** Where the record of this id came from; undefined when it is none of a stream. */
export function streamSourceOf(id: string): StreamSource | undefined {
  const source = readDocumentId(id)?.source;
  return source?.kind === 'stream' ? source : undefined;
}
