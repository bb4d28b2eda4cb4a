import type { Code } from '../../core/codes.ts';
import type { DroppedDuplicates } from '../../core/formats/distinct-rows.ts';
import type { RowCounts } from './run-record.ts';

/** The counts of all parts together. */
export function sumOf(all: readonly RowCounts[]): RowCounts {
  const byCode: Partial<Record<Code, number>> = {};
  const sum = { rows: 0, scored: 0, rejected: 0, byCode };
  let duplicates: DroppedDuplicates | undefined;
  for (const counts of all) {
    sum.rows += counts.rows;
    sum.scored += counts.scored;
    sum.rejected += counts.rejected;
    for (const [code, count] of Object.entries(counts.byCode) as [Code, number][]) {
      byCode[code] = (byCode[code] ?? 0) + count;
    }
    duplicates = together(duplicates, counts.duplicates);
  }
  return { ...sum, ...(duplicates !== undefined && { duplicates }) };
}

function together(before: DroppedDuplicates | undefined, more: DroppedDuplicates | undefined) {
  if (before === undefined || more === undefined) return before ?? more;
  return { by: more.by, dropped: before.dropped + more.dropped, isExact: before.isExact && more.isExact };
}
