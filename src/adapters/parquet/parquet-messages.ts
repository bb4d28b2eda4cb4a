import type { ParquetError } from '../../core/parquet/broken.ts';
import type { ParquetPiece } from '../../core/parquet/parquet-piece.ts';

/** What the thread is started with. */
export interface ParquetThreadData {
  readonly fileBytes: number;
  /** Names of the columns that are read, or JSON Pointers to them. */
  readonly wanted: readonly string[];
  /** A number that grows while the thread works, so that others see it alive. */
  readonly progress: SharedArrayBuffer;
}

/** From one byte up to another, which is left out. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** What the thread is told: that it may hand out one more piece, or the bytes that it asked for. */
export type ToParquetThread =
  | { readonly kind: 'next' }
  | { readonly kind: 'bytes'; readonly bytes: readonly Uint8Array<ArrayBuffer>[] };

/** What the thread says: what it has made, or which bytes of the file it needs. */
export type FromParquetThread =
  | { readonly kind: 'read'; readonly ranges: readonly ByteRange[] }
  | { readonly kind: 'piece'; readonly piece: ParquetPiece }
  | { readonly kind: 'end' }
  | { readonly kind: 'fault'; readonly code: ParquetError['code']; readonly message: string };
