import type { Column, Group } from './columns.ts';

/**
 * The groups with new columns in the place of their old ones.
 * @param made the new columns, one after the other
 * @param counts how many of them each old column became
 */
export function regroup(groups: readonly Group[], made: readonly Column[], counts: readonly number[]): Group[] {
  let old = 0;
  let from = 0;
  return groups.map(({ name, columns }) => {
    const to = columns.reduce((sum) => sum + counts[old++]!, from);
    const group = { name, columns: made.slice(from, to) };
    from = to;
    return group;
  });
}
