import { functions } from './functions.ts';
import { operators } from './operators.ts';

/** The whole language: operators and functions by their words. */
export const operations = { ...operators, ...functions } as const;

export type OperationName = keyof typeof operations;

/** A formula over columns, as a tree. Parts without any column are numbers already. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'operation'; readonly operation: OperationName; readonly operands: readonly Expression[] };
