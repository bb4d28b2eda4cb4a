import { ScoringError } from '../../core/fault.ts';
import type { RunWatch } from '../file-run.ts';
import type { OpenFile } from '../ports.ts';
import { type RunProgress, type RunRecord, runPaths } from './run-record.ts';
import type { SharedRuns } from './shared-runs.ts';

/** A run that one instance has alone, from outside. */
export interface WatchedRun {
  /** The file, whose bytes are counted as they are read. */
  readonly watched: OpenFile;
  /** Writes down how far the run is, and ends it once it was cancelled. */
  readonly watch: RunWatch;
}

/** Follows a run that one instance has alone: now and then, and once more before its result becomes visible. */
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
    else await records.replace(path, progress, stored.version);
  };
  const watch: RunWatch = async (counts, isEnd) => {
    if (!isEnd && performance.now() < nextMs) return;
    nextMs = performance.now() + lookEveryMs;
    if ((await records.read(end)) !== undefined) {
      throw new ScoringError('run.cancelled', 'The run was cancelled.', { retryable: false });
    }
    if (!isEnd) await write({ ...counts, bytesDone: Math.min(bytesDone, file.bytes) });
  };
  return { watched: { ...file, read }, watch };
}
