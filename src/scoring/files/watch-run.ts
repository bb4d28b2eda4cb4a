import type { RunWatch } from '../file-run.ts';
import type { OpenFile } from '../ports.ts';
import { type End, type RunEnd, type RunProgress, type RunRecord, runPaths } from './run-record.ts';
import type { SharedRuns } from './shared-runs.ts';

/** A run that one instance has alone, from outside. */
export interface WatchedRun {
  /** The file, whose bytes are counted as they are read. */
  readonly watched: OpenFile;
  /** Writes down how far the run is. @throws {RunIsOver} */
  readonly watch: RunWatch;
}

/** Somebody else has said how the run ends: it was cancelled, or another instance had it too and was faster. */
export class RunIsOver extends Error {
  readonly end: End;

  constructor(end: End) {
    super('The run has ended elsewhere.');
    this.end = end;
  }
}

/** Follows a run that one instance has alone, now and then. */
export function watchRun({ records, lookEveryMs }: SharedRuns, record: RunRecord, file: OpenFile): WatchedRun {
  const { end, progress: path } = runPaths(record);
  let bytesDone = 0;
  let nextMs = performance.now() + lookEveryMs;
  const read = async function* (from?: number, to?: number) {
    for await (const bytes of file.read(from, to)) {
      bytesDone += bytes.length;
      yield bytes;
    }
  };
  const write = async (progress: RunProgress) => {
    const stored = await records.read(path);
    if (stored === undefined) await records.create(path, progress);
    else await records.replace(path, furthest(stored.value as RunProgress, progress), stored.version);
  };
  const watch: RunWatch = async (counts) => {
    if (performance.now() < nextMs) return;
    nextMs = performance.now() + lookEveryMs;
    const ended = await records.read(end);
    if (ended !== undefined) throw new RunIsOver((ended.value as RunEnd).end);
    await write({ ...counts, bytesDone: Math.min(bytesDone, file.bytes) });
  };
  return { watched: { ...file, read }, watch };
}

/** A run that is taken up after a crash reads its file from the beginning, and has come further before. */
const furthest = (before: RunProgress, now: RunProgress): RunProgress => ({
  bytesDone: Math.max(before.bytesDone, now.bytesDone),
  rows: Math.max(before.rows, now.rows),
  scored: Math.max(before.scored, now.scored),
  rejected: Math.max(before.rejected, now.rejected),
});
