import type { PhysicalType } from './plain-values.ts';

/** What the values of a column mean. */
export type Meaning =
  | { readonly kind: 'number' | 'unsigned32' | 'float16' | 'integer' | 'unsigned64' | 'boolean' | 'text' | 'uuid' }
  /** Whole numbers of which `10 ** scale` make 1. */
  | { readonly kind: 'decimal'; readonly scale: number }
  | { readonly kind: 'day' | 'int96' }
  /** Time since 1970; how many of its units make a millisecond. */
  | { readonly kind: 'time'; readonly perMs: 1 | 1_000 | 1_000_000 };

/** A column that holds one value a row. */
export interface ColumnType {
  /** Its name; inside of structures the names from outside in, with points between. */
  readonly name: string;
  /** Its place as a JSON Pointer, as features may name it. */
  readonly pointer: string;
  readonly physical: PhysicalType;
  /** Bytes of a value, where all have as many. */
  readonly fixedBytes: number;
  /** How many of the structures around a value, and itself, may be missing. */
  readonly levels: number;
  readonly meaning: Meaning;
}

/** What a reader of a column is given: the kind of `ColumnValues` that comes of it. */
export type ValueKind = 'numbers' | 'integers' | 'booleans' | 'times' | 'texts';

export function valueKindOf({ meaning }: ColumnType): ValueKind {
  switch (meaning.kind) {
    case 'integer':
    case 'unsigned64':
      return 'integers';
    case 'boolean':
      return 'booleans';
    case 'text':
    case 'uuid':
      return 'texts';
    case 'day':
    case 'int96':
    case 'time':
      return 'times';
    default:
      return 'numbers';
  }
}
