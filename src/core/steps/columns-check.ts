import { describeValue, type Fault, pointerTo } from '../fault.ts';
import type { Column } from './columns.ts';

/**
 * Learned values must have an entry for each column: those written by hand may lack some.
 * @param values what was learned, for columns that `features` names
 * @param keys which of the values are lists with one entry a column
 */
export function checkLengths<Values extends object>(
  values: Values | undefined,
  keys: readonly (keyof Values & string)[],
  columns: readonly Column[],
): Fault[] {
  return keys.flatMap((key) => {
    const list = values?.[key] as readonly unknown[] | undefined;
    if (list === undefined || list.length === columns.length) return [];
    return [invalid(pointerTo('values', key), `${columns.length} entries, one for each column`, list.length)];
  });
}

/** @param path from the step on */
export const invalid = (path: string, expected: string, got: unknown): Fault => ({
  code: 'manifest.invalid',
  path,
  expected,
  got: describeValue(got),
});
