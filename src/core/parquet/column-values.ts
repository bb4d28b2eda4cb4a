/** A text; null where the bytes are no UTF-8. */
export type CellText = string | null;

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

/** Texts come again and again, and each costs a copy between threads: they stand beside the rows, most of them once. */
export interface TextValues extends Missable {
  readonly kind: 'texts';
  /** Where among `texts` that of each row stands. */
  readonly values: Int32Array;
  readonly texts: readonly CellText[];
}

/** Some rows of a file, column by column. */
export interface ColumnSlice {
  readonly rows: number;
  readonly columns: readonly ColumnValues[];
}
