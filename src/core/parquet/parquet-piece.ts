import type { ColumnType, ValueKind } from './column-type.ts';
import type { ColumnSlice } from './column-values.ts';

/** A column as its reader needs to know it. */
export interface PieceColumn extends Pick<ColumnType, 'name' | 'pointer'> {
  readonly kind: ValueKind;
  /** Whether its numbers were 32 bits wide: of these the shortest text is written that tells them apart. */
  readonly isFloat32: boolean;
}

/**
 * What comes of a Parquet file, in this order: which of the columns that were asked for are there, then the rows in
 * slices whose columns stand in that order; or what is wrong with the file.
 */
export type ParquetPiece =
  | { readonly kind: 'columns'; readonly columns: readonly PieceColumn[]; readonly names: readonly string[] }
  | ({ readonly kind: 'slice' } & ColumnSlice);
