/** Where a record came from. All three together with the model's name make the document's id. */
export type Source = StreamSource | FileSource | HttpSource;

export interface StreamSource {
  readonly kind: 'stream';
  readonly hub: string;
  readonly partition: string;
  /** The broker's sequence number within the partition. */
  readonly sequence: number;
  /** Position in the body, when one event carries several records. */
  readonly index?: number;
  /** When the broker took the event: ISO 8601, UTC, milliseconds. */
  readonly enqueuedAt: string;
}

export interface FileSource {
  readonly kind: 'file';
  readonly container: string;
  readonly blob: string;
  readonly etag: string;
  /** Position among the file's records, from 0, without the header. */
  readonly row: number;
}

export interface HttpSource {
  readonly kind: 'http';
  readonly requestId: string;
  /** Position in the call, from 0. */
  readonly row: number;
}

/**
 * Value of the partition key of a record's document. A logical partition of Cosmos DB holds 20 GB and 10,000 RU/s,
 * so none may collect for ever: a stream's key is cut by UTC day, a stream without key by hour, a file by part.
 */
export function partitionKeyOf(source: StreamSource, key: string | undefined): string {
  if (key !== undefined) return `${key}~${source.enqueuedAt.slice(0, 10)}`;
  return `${source.hub}~${source.partition}~${source.enqueuedAt.slice(0, 13)}`;
}
