import type { Digest } from '../../core/digest.ts';
import type { PartMessage } from '../../core/files/part-message.ts';

/** Small facts about a document that a listing shows. */
export type RecordLabels = Readonly<Record<string, string>>;

export interface StoredRunRecord {
  readonly value: unknown;
  /** Changes with each write. */
  readonly version: string;
}

/** Small documents by path, through which instances agree. All throw `storage.unavailable`. */
export interface RunRecords {
  read(path: string): Promise<StoredRunRecord | undefined>;
  /** @returns false when there is one already; it stays as it is */
  create(path: string, value: object, labels?: RecordLabels): Promise<boolean>;
  /** @returns false when it is not of this version any more */
  replace(path: string, value: object, version: string): Promise<boolean>;
  /** All whose paths begin so, in the order of their paths. */
  list(prefix: string): AsyncIterable<ListedRecord>;
  remove(path: string): Promise<void>;
}

export interface ListedRecord {
  readonly path: string;
  /** ISO 8601. */
  readonly writtenAt: string;
  readonly labels: RecordLabels;
}

/** A stretch of a result, stored where nobody sees it until it is joined with the others. */
export interface ResultPiece {
  readonly blocks: readonly string[];
  readonly bytes: number;
  /** Of its bytes; a piece that is a whole file need not be read again to know it. */
  readonly sha256: Digest;
}

export interface PieceWriter {
  /** Resolves when more can be taken. */
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<ResultPiece>;
}

/** Results that several instances write together. All throw `storage.unavailable`. */
export interface PieceFiles {
  /** A piece of the file at this path. Pieces may be written at the same time by many, and more often than they are used. */
  piece(path: string): PieceWriter;
  /** Makes the file visible as these pieces in this order, unless it is visible already. @returns the SHA-256 of what is visible */
  join(path: string, contentType: string, pieces: readonly ResultPiece[]): Promise<Digest>;
}

/** The queues that runs go through. All throw `storage.unavailable`. */
export interface RunQueues {
  sendParts(messages: readonly PartMessage[]): Promise<void>;
  /** Announces a blob as its upload does; `again` says that an instance that began its run may be gone. */
  announce(container: string, blob: string, again: boolean): Promise<void>;
}
