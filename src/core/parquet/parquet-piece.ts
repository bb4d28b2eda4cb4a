import type { ColumnType, ValueKind } from './column-type.ts';
import type { ColumnSlice } from './column-values.ts';

/** A column as its reader needs to know it. */
export interface PieceColumn extends Pick<ColumnType, 'name' | 'pointer'> {
  readonly kind: ValueKind;
  /** Whether its numbers were 32 bits wide: of these the shortest text is written that tells them apart. */
  readonly isFloat32: boolean;
}

/** What a file says of itself. */
export interface PieceColumns {
  readonly columns: readonly PieceColumn[];
  /** Names of all columns of the file. */
  readonly names: readonly string[];
  /** All row groups of the file, in the order of their rows. */
  readonly groups: readonly PieceGroup[];
}

/** A row group, the least that can be read of a file. */
export interface PieceGroup {
  /** The first byte of its columns. */
  readonly byte: number;
  readonly rows: number;
}

/**
 * What comes of a Parquet file, in this order: which of the columns that were asked for are there, then the rows in
 * slices whose columns stand in that order; or what is wrong with the file.
 */
export type ParquetPiece = ({ readonly kind: 'columns' } & PieceColumns) | ({ readonly kind: 'slice' } & ColumnSlice);
