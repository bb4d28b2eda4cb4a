import { setTimeout as delay } from 'node:timers/promises';
import type { RunOutcome } from '../file-run.ts';
import type { Log, ResultFiles } from '../ports.ts';
import { joinParts } from './join-parts.ts';
import { type Begun, type End, type RunEnd, type RunRecord, runPaths } from './run-record.ts';
import { nothingDone, publishReport, type RunReport, reportOf, reportPath } from './run-report.ts';
import type { OpenedRun, SharedRuns } from './shared-runs.ts';

const lookEveryMs = 250;
/** How long somebody waits for another who ends the run; then the message comes again. */
const waitMs = 15_000;
/** Signs of life in the time after which nobody is believed to be alive. */
const signsOfLife = 4;

export interface Ending {
  readonly runs: SharedRuns;
  readonly results: ResultFiles;
  readonly log: Log;
}

/**
 * Ends a run, unless somebody does already: whoever says first how it ends ends it so, and one who dies over it is
 * replaced. Resolves when there is a report.
 * @returns the report that was written here; undefined when another wrote it
 * @throws {Error} when another has it and is not done yet: whoever asked is to come again
 */
export async function endRun(ending: Ending, opened: OpenedRun, end: End): Promise<RunReport | undefined> {
  const { runs, results } = ending;
  const { record } = opened;
  const untilMs = performance.now() + waitMs;
  for (;;) {
    if (await results.exists(reportPath(record.folder))) return undefined;
    // It may have been begun anew: the folder of results is then that of another beginning.
    if ((await runs.record(record.run))?.startedAt !== record.startedAt) return undefined;
    const taken = await takeEnd(runs, record, end);
    if (taken !== undefined) return whileAlive(runs, record, () => writeEnd(ending, opened, taken));
    if (performance.now() > untilMs) throw new Error(`run ${record.run} is being ended elsewhere; looking again later`);
    await delay(lookEveryMs);
  }
}

/** How the run ends, once this is said here or by one who is gone; undefined while another ends it. */
async function takeEnd({ records, endPatienceMs }: SharedRuns, begun: Begun, end: End): Promise<End | undefined> {
  const { end: path } = runPaths(begun);
  const mine = (verdict: End): RunEnd => ({ end: verdict, at: new Date().toISOString() });
  if (await records.create(path, mine(end))) return end;
  const stored = await records.read(path);
  if (stored === undefined) return undefined;
  const other = stored.value as RunEnd;
  if (Date.now() - Date.parse(other.at) < endPatienceMs) return undefined;
  return (await records.replace(path, mine(other.end), stored.version)) ? other.end : undefined;
}

/** Shows that this one is alive for as long as the work takes. */
async function whileAlive<T>({ records, endPatienceMs }: SharedRuns, begun: Begun, work: () => Promise<T>): Promise<T> {
  const { end: path } = runPaths(begun);
  let sign = Promise.resolve();
  const show = async () => {
    const stored = await records.read(path);
    if (stored === undefined) return;
    const { end } = stored.value as RunEnd;
    await records.replace(path, { end, at: new Date().toISOString() }, stored.version);
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

async function writeEnd({ runs, results, log }: Ending, opened: OpenedRun, end: End): Promise<RunReport> {
  const { record, plan } = opened;
  const outcome = end.kind === 'publish' ? await joinParts(runs, opened) : failed(record, end);
  const { parts, scanMs } = plan;
  const durationMs = Date.now() - Date.parse(record.startedAt);
  const ending = { ...record, parts: parts.length, scanMs, durationMs };
  const report = reportOf(ending, outcome);
  await publishReport(results, ending, report, log);
  return report;
}

function failed({ model, version, modelDigest }: RunRecord, end: Exclude<End, { kind: 'publish' }>): RunOutcome {
  const outcome = { ...nothingDone, model, version, modelDigest };
  if (end.kind === 'fail') return { ...outcome, faults: end.faults };
  if (end.kind === 'break') return { ...outcome, error: end.error };
  return { ...outcome, error: { code: 'run.cancelled', message: 'The run was cancelled.' } };
}
