import type { Value } from './value.ts';

/** The slot that holds the document under the query's eye. */
export const documentSlot = 0;

/** What an expression sees while a query runs: one slot for each name bound by FROM or JOIN and for each aggregate. */
export interface Frame {
  readonly slots: Value[];
  readonly parameters: ReadonlyMap<string, Value>;
}

export type Evaluate = (frame: Frame) => Value;

/** Binds each row's slots in turn and visits it; ends early, with true, when `visit` returns true. */
export type RowSource = (frame: Frame, visit: () => boolean) => boolean;
