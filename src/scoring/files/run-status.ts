import type { Code } from '../../core/codes.ts';
import { type RunProgress, type RunRecord, recordPath, runPaths } from './run-record.ts';
import { type RunReport, reportPath } from './run-report.ts';
import type { SharedRuns } from './shared-runs.ts';

/** How a run stands, also while it goes on. */
export interface RunStatus {
  readonly run: string;
  /** `started` until the parts of a large file are found, and of one that one instance has alone until it has told of itself. */
  readonly state: 'started' | 'scoring' | 'ending' | RunReport['state'];
  readonly container: string;
  readonly blob: string;
  readonly model: string;
  readonly version: number;
  /** Where the results lie, once there are some. */
  readonly folder: string;
  readonly startedAt: string;
  readonly bytes: number;
  /** What is done of the bytes and parts, and what became of the rows in them. */
  readonly bytesDone: number;
  readonly parts: number;
  readonly partsDone: number;
  readonly rows: number;
  readonly scored: number;
  readonly rejected: number;
  /** Its report, once the run has ended. */
  readonly report?: RunReport;
}

/** Progress as the receipts tell it. */
interface Progress {
  readonly bytesDone: number;
  readonly partsDone: number;
  readonly rows: number;
  readonly scored: number;
  readonly rejected: number;
}

/** @returns how the run stands; undefined when there is none of this id */
export async function runStatus(runs: SharedRuns, run: string): Promise<RunStatus | undefined> {
  const stored = await runs.records.read(recordPath(run));
  return stored === undefined ? undefined : statusOfRecord(runs, stored.value as RunRecord);
}

export async function statusOfRecord(runs: SharedRuns, record: RunRecord): Promise<RunStatus> {
  const { run, source, model, version, folder, startedAt } = record;
  const base = {
    run,
    container: source.container,
    blob: source.blob,
    model,
    version,
    folder,
    startedAt,
    bytes: source.bytes,
  };
  const report = (await runs.reports.read(reportPath(folder)))?.value as RunReport | undefined;
  if (report !== undefined) {
    const { state, rows, scored, rejected, parts } = report;
    return { ...base, state, bytesDone: source.bytes, parts, partsDone: parts, rows, scored, rejected, report };
  }
  const { receipts, end, progress: alone } = runPaths(record);
  const isEnding = (await runs.records.read(end)) !== undefined;
  const plan = await runs.plan(record);
  if (plan !== undefined) {
    const progress = await progressOf(runs, receipts);
    return { ...base, state: isEnding ? 'ending' : 'scoring', parts: plan.parts.length, ...progress };
  }
  const progress = (await runs.records.read(alone))?.value as RunProgress | undefined;
  const state = isEnding ? 'ending' : progress === undefined ? 'started' : 'scoring';
  return { ...base, state, parts: 1, partsDone: 0, ...(progress ?? nothingYet) };
}

const nothingYet: RunProgress = { bytesDone: 0, rows: 0, scored: 0, rejected: 0 };

/** The labels of the receipts have the counts, so that one listing tells them all. */
async function progressOf({ records }: SharedRuns, receipts: string): Promise<Progress> {
  const sum = { bytesDone: 0, partsDone: 0, rows: 0, scored: 0, rejected: 0 };
  for await (const { labels } of records.list(receipts)) {
    sum.partsDone++;
    sum.bytesDone += Number(labels.bytes ?? 0);
    sum.rows += Number(labels.rows ?? 0);
    sum.scored += Number(labels.scored ?? 0);
    sum.rejected += Number(labels.rejected ?? 0);
  }
  return sum;
}

/** Why there is no result, in a sentence each. */
export function reasonsOf({
  error,
  faults = [],
}: RunReport): readonly { readonly code: Code; readonly message: string }[] {
  if (error !== undefined) return [error];
  return faults.map(({ code, expected, got }) => ({ code, message: `expected ${expected}, got ${got}` }));
}
