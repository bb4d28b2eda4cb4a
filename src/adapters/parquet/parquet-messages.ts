import type { ParquetError } from '../../core/parquet/broken.ts';
import type { ParquetPiece } from '../../core/parquet/parquet-piece.ts';

/** What the thread is started with. */
export interface ParquetThreadData {
  /** A number that grows while the thread works, so that others see it alive. */
  readonly progress: SharedArrayBuffer;
}

/** From one byte up to another, which is left out. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** The file that is read next. */
export interface ParquetTask {
  readonly fileBytes: number;
  /** Names of the columns that are read, or JSON Pointers to them. */
  readonly wanted: readonly string[];
  /** Row groups that begin in this range are read; all of them where it is absent. */
  readonly range: ByteRange | undefined;
}

/**
 * What the thread is told: to begin a file once the one before has ended, that it may hand out one more piece, or the bytes
 * that it asked for first of those that it has not got yet.
 */
export type ToParquetThread =
  | ({ readonly kind: 'open' } & ParquetTask)
  | { readonly kind: 'next' }
  | { readonly kind: 'bytes'; readonly bytes: readonly Uint8Array<ArrayBuffer>[] };

/** What the thread says: what it has made, or which bytes of the file it needs. */
export type FromParquetThread =
  | { readonly kind: 'read'; readonly ranges: readonly ByteRange[] }
  | { readonly kind: 'piece'; readonly piece: ParquetPiece }
  | { readonly kind: 'end' }
  | { readonly kind: 'fault'; readonly code: ParquetError['code']; readonly message: string };
