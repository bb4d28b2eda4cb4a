import { describeValue, type Fault, pointerTo } from '../fault.ts';
import type { Column } from './columns.ts';

/** Learned values of which each list has a number for each column; which lists there are depends on the step. */
export type LearnedRows<Key extends string> = { readonly [key in Key]?: readonly number[] | undefined };

/** Each of the lists must be there, with an entry for each column: what a person wrote or changed may lack some. */
export const checkRows = <Key extends string>(
  values: LearnedRows<Key> | undefined,
  keys: readonly Key[],
  columns: readonly Column[],
): Fault[] =>
  keys
    .filter((key) => values?.[key]?.length !== columns.length)
    .map((key) => ({
      code: 'manifest.invalid',
      path: pointerTo('values', key),
      expected: `a list of ${columns.length} numbers, one for each column`,
      got: values?.[key] === undefined ? 'nothing' : describeValue(values[key]),
    }));

/** A list of learned values that `checkRows` has found. */
export function learnedRow<Key extends string>(values: LearnedRows<Key> | undefined, key: Key): readonly number[] {
  const row = values?.[key];
  if (row === undefined) throw new RangeError(`The learned values lack "${key}".`);
  return row;
}
