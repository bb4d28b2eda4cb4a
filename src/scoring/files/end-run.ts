import { setTimeout as delay } from 'node:timers/promises';
import { ScoringError } from '../../core/fault.ts';
import type { Log, ResultFiles } from '../ports.ts';
import { outcomeOfEnd } from './outcome-of-end.ts';
import { type Begun, type End, type RunEnd, type RunRecord, runPaths, type StretchReceipt } from './run-record.ts';
import { publishReport, type RunReport, reportOf, reportPath } from './run-report.ts';
import type { OpenedRun, SharedRuns } from './shared-runs.ts';

const lookEveryMs = 250;
/** How long somebody waits for another who ends the run; then the message comes again. */
const waitMs = 15_000;
/** Receipts that are read at once. */
const readsAtOnce = 16;
/** Signs of life in the time after which nobody is believed to be alive. */
const signsOfLife = 4;

export interface Ending {
  readonly runs: SharedRuns;
  readonly results: ResultFiles;
  readonly log: Log;
}

/** A run that is to end, and what it consists of. */
export interface RunToEnd {
  readonly record: RunRecord;
  readonly parts: number;
  /** How long it took to find the parts. */
  readonly scanMs?: number;
  /** Paths of the receipts that there are, in the order of the rows. */
  readonly receipts: readonly string[];
}

/** A run whose parts are all done. */
export function runOfParts({ record, plan }: OpenedRun): RunToEnd {
  const { receipt } = runPaths(record);
  const { parts, scanMs } = plan;
  return { record, parts: parts.length, scanMs, receipts: parts.map((_, part) => receipt(part)) };
}

/**
 * Ends a run, unless somebody does already: whoever says first how it ends ends it so, and one who dies over it is
 * replaced. Resolves when there is a report.
 * @returns the report that was written here; undefined when another wrote it
 * @throws {Error} when another has it and is not done yet: whoever asked is to come again
 */
export async function endRun(ending: Ending, run: RunToEnd, end: End): Promise<RunReport | undefined> {
  const { runs, results } = ending;
  const { record } = run;
  const untilMs = performance.now() + waitMs;
  for (;;) {
    if (await results.exists(reportPath(record.folder))) return undefined;
    // It may have been begun anew: the folder of results is then that of another beginning.
    if ((await runs.record(record.run))?.startedAt !== record.startedAt) return undefined;
    const taken = await takeEnd(runs, record, end);
    if (taken !== undefined) return whileAlive(runs, record, () => writeEnd(ending, run, taken));
    if (performance.now() > untilMs) throw new Error(`run ${record.run} is being ended elsewhere; looking again later`);
    await delay(lookEveryMs);
  }
}

/** The same for one who has had the run alone, and hardly meets another: what that one would see is asked afterwards. */
export async function endRunAlone(ending: Ending, run: RunToEnd, end: End): Promise<RunReport | undefined> {
  const { runs } = ending;
  const { record } = run;
  if (!(await runs.records.create(runPaths(record).end, saidNow(end)))) return endRun(ending, run, end);
  return whileAlive(runs, record, () => writeEnd(ending, run, end));
}

const saidNow = (end: End): RunEnd => ({ end, at: new Date().toISOString() });

/** How the run ends, once this is said here or by one who is gone; undefined while another ends it. */
async function takeEnd({ records, endPatienceMs }: SharedRuns, begun: Begun, end: End): Promise<End | undefined> {
  const { end: path } = runPaths(begun);
  if (await records.create(path, saidNow(end))) return end;
  const stored = await records.read(path);
  if (stored === undefined) return undefined;
  const other = stored.value as RunEnd;
  if (Date.now() - Date.parse(other.at) < endPatienceMs) return undefined;
  return (await records.replace(path, saidNow(other.end), stored.version)) ? other.end : undefined;
}

/** Shows that this one is alive for as long as the work takes. */
async function whileAlive<T>({ records, endPatienceMs }: SharedRuns, begun: Begun, work: () => Promise<T>): Promise<T> {
  const { end: path } = runPaths(begun);
  let sign = Promise.resolve();
  const show = async () => {
    const stored = await records.read(path);
    if (stored === undefined) return;
    await records.replace(path, saidNow((stored.value as RunEnd).end), stored.version);
  };
  const timer = setInterval(() => {
    // A sign that does not arrive costs at most that another does the same work.
    sign = sign.then(show).catch(() => {});
  }, endPatienceMs / signsOfLife);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await sign;
  }
}

async function writeEnd({ runs, results, log }: Ending, run: RunToEnd, end: End): Promise<RunReport> {
  const { record, parts, scanMs } = run;
  const receipts = await receiptsAt(runs, record, wanted(run, end));
  const outcome = await outcomeOfEnd(runs.pieces, record, end, receipts);
  const durationMs = Date.now() - Date.parse(record.startedAt);
  const ending = { ...record, parts, durationMs, ...(scanMs !== undefined && busyOf(scanMs, receipts)) };
  const report = reportOf(ending, outcome);
  await publishReport(results, ending, report, log);
  return report;
}

/** Of a run that instances shared: how long they were at it, as far as receipts tell. */
const busyOf = (scanMs: number, receipts: readonly StretchReceipt[]) => ({
  scanMs,
  ...(receipts.length > 0 && { busyMs: receipts.reduce((sum, { durationMs }) => sum + durationMs, scanMs) }),
});

/** Paths of the receipts that the end needs beside itself. */
function wanted({ receipts }: RunToEnd, end: End): readonly string[] {
  if (end.kind === 'publish') return receipts.slice(0, end.last?.part);
  return end.kind === 'fail' && end.counts !== undefined ? receipts : [];
}

async function receiptsAt(
  { records }: SharedRuns,
  { run }: Begun,
  paths: readonly string[],
): Promise<StretchReceipt[]> {
  const receipts: StretchReceipt[] = [];
  for (let from = 0; from < paths.length; from += readsAtOnce) {
    const some = paths.slice(from, from + readsAtOnce).map((path) => records.read(path));
    for (const stored of await Promise.all(some)) {
      if (stored === undefined)
        throw new ScoringError('storage.unavailable', `a receipt of ${run} is gone`, { retryable: true });
      receipts.push(stored.value as StretchReceipt);
    }
  }
  return receipts;
}
