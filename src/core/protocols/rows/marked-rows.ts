import type { ScoredCall } from './rows-call.ts';

/** The member that says what is wrong with marked rows, for the end of an object in JSON; empty when all were scored. */
export function markedRows(faults: ScoredCall['faults']): string {
  if (faults.size === 0) return '';
  const rows = [...faults].sort(([a], [b]) => a - b);
  return `,"faults":${JSON.stringify(rows.flatMap(([row, list]) => list.map((fault) => ({ row, ...fault }))))}`;
}
