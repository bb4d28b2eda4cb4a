import { type FileRunOptions, runFile } from '../file-run.ts';
import type { Log } from '../ports.ts';
import type { RunToEnd } from './end-run.ts';
import { type End, type RunEnd, type RunRecord, runPaths } from './run-record.ts';
import type { SharedRuns } from './shared-runs.ts';
import { Overtaken, StretchReceipts } from './stretch-receipts.ts';
import { RunIsOver, watchRun } from './watch-run.ts';

/** A run that nobody works on any more, and how it ends. */
export interface RunAtItsEnd {
  readonly run: RunToEnd;
  readonly end: End;
  /** Whether another may have worked on it too. */
  readonly mayHaveCompany: boolean;
}

/**
 * Runs a file that one instance has alone. One that takes it up after a crash reads it from the beginning, and goes on
 * behind the rows that have receipts.
 * @param isNew whether it was begun in this moment: nobody has left anything then
 * @throws {ScoringError} what `runFile` throws
 */
export async function runAlone(
  runs: SharedRuns,
  { record, isNew }: { readonly record: RunRecord; readonly isNew: boolean },
  options: Omit<FileRunOptions, 'pieces' | 'watch' | 'receipts' | 'stretchRows'>,
  log: Log,
): Promise<RunAtItsEnd> {
  const { records, pieces, stretchRows } = runs;
  const receipts = new StretchReceipts(records, record);
  const end = isNew ? undefined : ((await records.read(runPaths(record).end))?.value as RunEnd | undefined)?.end;
  if (!isNew) await receipts.look();
  if (receipts.count > 0) log.information('file taken up', { run: record.run, rowsDone: receipts.rows });
  const over = end ?? (await untilItsEnd());
  const run = { record, parts: 1, receipts: receipts.paths };
  return { run, end: over, mayHaveCompany: !isNew || receipts.count > 0 };

  async function untilItsEnd(): Promise<End> {
    for (;;) {
      const { watched, watch } = watchRun(runs, record, options.file);
      try {
        return await runFile({ ...options, file: watched, pieces, watch, receipts, stretchRows });
      } catch (thrown) {
        if (thrown instanceof RunIsOver) {
          await receipts.look();
          return thrown.end;
        }
        if (!(thrown instanceof Overtaken)) throw thrown;
      }
    }
  }
}
