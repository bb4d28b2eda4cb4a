/** A text; null where the bytes are no UTF-8, undefined where there is none. */
export type CellText = string | null | undefined;

/** Values of one column for some rows. They go from one thread to another, so all is plain. */
export type ColumnValues = NumberValues | IntegerValues | BooleanValues | TextValues;

interface Missable {
  /** 1 for each row without a value; absent where every row has one. */
  readonly missing: Uint8Array | undefined;
}

/** Numbers, or times in milliseconds since 1970. */
export interface NumberValues extends Missable {
  readonly kind: 'numbers' | 'times';
  readonly values: Float64Array;
}

/** Whole numbers of 64 bits. */
export interface IntegerValues extends Missable {
  readonly kind: 'integers';
  readonly values: BigInt64Array | BigUint64Array;
}

/** 1 and 0. */
export interface BooleanValues extends Missable {
  readonly kind: 'booleans';
  readonly values: Uint8Array;
}

export interface TextValues {
  readonly kind: 'texts';
  readonly values: readonly CellText[];
}

/** Some rows of a file, column by column. */
export interface ColumnSlice {
  readonly rows: number;
  readonly columns: readonly ColumnValues[];
}
