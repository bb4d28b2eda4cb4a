import { readDeadLetterPath } from '../../core/stored-paths.ts';
import type { SideTrackRecords } from '../../scoring/parked/replay-letters.ts';
import type { CommandCall } from '../command.ts';
import { formatTable } from '../table.ts';
import { exitCodes } from '../usage-error.ts';
import { type LetterFilter, letterPaths } from './letter-store.ts';

/** How many dead letters have which reason and day. */
export interface LetterCount {
  readonly reason: string;
  readonly day: string;
  readonly letters: number;
}

/** Counts by reason and day, then the newest dead letters themselves. */
export async function listLetters(
  { options, terminal }: CommandCall,
  records: SideTrackRecords,
  filter: LetterFilter,
  limit: number,
): Promise<number> {
  const paths = await letterPaths(records, filter);
  const newest = await Promise.all(paths.slice(0, limit).map((path) => records.deadLetters.read(path)));
  const letters = newest.flatMap((read) => (read === undefined ? [] : [read.record]));
  const counts = countsOf(paths);
  if (options.json === true) {
    terminal.out(JSON.stringify({ counts, letters }, null, 2));
    return exitCodes.done;
  }
  if (letters.length === 0) {
    terminal.out('No dead letters.');
    return exitCodes.done;
  }
  const countRows = counts.map(({ reason, day, letters: count }) => [reason, day, count]);
  terminal.out(`${formatTable(['reason', 'day', 'letters'], countRows)}\n`);
  const rows = letters.map(({ source, reason, path, expected, got, id }) => [
    source.enqueuedAt,
    reason,
    path,
    expected,
    got,
    id,
  ]);
  terminal.out(formatTable(['when', 'reason', 'path', 'expected', 'got', 'id'], rows));
  if (paths.length > letters.length) terminal.note(`${paths.length - letters.length} more: raise --limit.`);
  return exitCodes.done;
}

/** Newest day first, then what is most. */
function countsOf(paths: readonly string[]): LetterCount[] {
  const groups = Map.groupBy(paths, (path) => path.split('/', 2).join('/'));
  return [...groups]
    .map(([path, some]) => ({ ...readDeadLetterPath(path), letters: some.length }))
    .sort((a, b) => b.day.localeCompare(a.day) || b.letters - a.letters || a.reason.localeCompare(b.reason));
}
