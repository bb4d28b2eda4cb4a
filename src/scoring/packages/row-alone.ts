import { readJsonRows } from '../../core/batch/json-rows.ts';
import type { Score } from '../../core/outputs/read-outputs.ts';
import type { GoldenSubject } from './check-golden.ts';

/** Sizes of batches in which a row must score the same. */
const batchSizes = [1, 2, 7, 256] as const;

/** A row whose score depends on its neighbours. */
export interface Neighbourly {
  readonly row: number;
  readonly batch: number;
  readonly alone: Score | undefined;
  readonly together: Score | undefined;
}

/**
 * Scores records alone and in batches of several sizes: each must have the same score to the last bit.
 * @returns the first record for which that does not hold
 */
export async function dependsOnNeighbours(
  subject: GoldenSubject,
  records: readonly unknown[],
): Promise<Neighbourly | undefined> {
  if (records.length === 0) return undefined;
  let alone: readonly (Score | undefined)[] = [];
  for (const size of subject.takesOneRow ? [1] : batchSizes) {
    const scores = await scoresInBatches(subject, records, size);
    if (size === 1) alone = scores;
    const row = scores.findIndex((score, i) => JSON.stringify(score) !== JSON.stringify(alone[i]));
    if (row >= 0) return { row, batch: size, alone: alone[row], together: scores[row] };
  }
  return undefined;
}

/** Each record in a batch of this size, which other records fill up where there are too few. */
async function scoresInBatches(
  subject: GoldenSubject,
  records: readonly unknown[],
  size: number,
): Promise<(Score | undefined)[]> {
  const { layout, appendJsonRow, toFeeds, fetches, readScores, scorer } = subject;
  const scores: (Score | undefined)[] = [];
  for (let from = 0; from < records.length; from += size) {
    const filled = Array.from({ length: size }, (_, i) => records[(from + i) % records.length]);
    const { batch } = readJsonRows(layout, appendJsonRow, filled);
    if (batch.length < size) continue;
    const { feeds, fedRows } = toFeeds([{ batch, from: 0, to: size }]);
    const read = readScores(await scorer.run(feeds, fetches), size, fedRows);
    scores.push(...read.scores.slice(0, records.length - from));
  }
  return scores;
}
