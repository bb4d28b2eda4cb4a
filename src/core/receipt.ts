import type { Code } from './codes.ts';

/** What became of a batch of events or of a file: received = scored + rejected + parked + skipped. Counts are records. */
export interface Receipt {
  readonly received: number;
  readonly scored: number;
  readonly rejected: number;
  readonly parked: number;
  readonly skipped: number;
  /** How many of the rejected have which code. */
  readonly rejectedByCode: Readonly<Partial<Record<Code, number>>>;
  /** How many of the skipped have which reason. */
  readonly skippedByReason: Readonly<Partial<Record<string, number>>>;
}

/** How often each word occurs. */
export function countBy<Word extends string>(words: Iterable<Word>): Partial<Record<Word, number>> {
  const counts: Partial<Record<Word, number>> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** Whether all that was received is accounted for. */
export const isBalanced = ({ received, scored, rejected, parked, skipped }: Receipt): boolean =>
  received === scored + rejected + parked + skipped;
