import type { FileRoute } from '../../core/routes/routes.ts';
import { type RunCost, runCost } from '../../core/sizing/run-cost.ts';
import type { RunOutcome } from '../file-run.ts';
import type { Log, ResultFiles } from '../ports.ts';
import type { RunSource } from './run-record.ts';

/** What `report.json` says of a run. */
export interface RunReport extends RunOutcome {
  readonly run: string;
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly source: { readonly container: string; readonly blob: string; readonly etag: string; readonly bytes: number };
  readonly parts: number;
  /** How long it took to find the parts of a large file. */
  readonly scanMs?: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly rowsPerSecond: number;
  /** An estimate; reports of before have none. */
  readonly cost?: RunCost;
}

/** A run on its way to its report. */
export interface EndingRun {
  readonly run: string;
  readonly source: RunSource;
  /** Where its results lie. */
  readonly folder: string;
  readonly parts: number;
  readonly scanMs?: number;
  readonly startedAt: string;
  readonly durationMs: number;
  /** How long all instances together were at it, where there were several. */
  readonly busyMs?: number;
  /** Whether rows became documents as well. */
  readonly route?: Pick<FileRoute, 'documents'>;
}

export const nothingDone: RunOutcome = { rows: 0, scored: 0, rejected: 0, byCode: {}, files: [] };

export const reportPath = (folder: string): string => `${folder}/report.json`;

/** The report of a run with this outcome. */
export function reportOf(
  { run, source, parts, scanMs, startedAt, durationMs, busyMs = durationMs, route }: EndingRun,
  outcome: RunOutcome,
): RunReport {
  const { container, blob, etag, bytes } = source;
  const documents = route?.documents === true ? outcome.scored : 0;
  return {
    run,
    state: stateOf(outcome),
    source: { container, blob, etag, bytes },
    ...outcome,
    parts,
    ...(scanMs !== undefined && { scanMs }),
    startedAt,
    durationMs,
    rowsPerSecond: Math.round((1000 * outcome.rows) / Math.max(durationMs, 1)),
    cost: runCost({ busyMs, parts, documents }),
  };
}

function stateOf({ faults, error }: RunOutcome): RunReport['state'] {
  if (error?.code === 'run.cancelled') return 'cancelled';
  return faults === undefined && error === undefined ? 'succeeded' : 'failed';
}

/** Writes the report first, then the mark that all is there, then the pointer to the newest run of this source. */
export async function publishReport(
  results: ResultFiles,
  ending: EndingRun,
  report: RunReport,
  log: Log,
): Promise<void> {
  const { folder, source } = ending;
  await results.put(reportPath(folder), `${JSON.stringify(report, null, 2)}\n`, 'application/json');
  if (report.state === 'succeeded') {
    await results.put(`${folder}/_SUCCESS`, '', 'text/plain');
    const version: SourceVersion = { sequencer: source.sequencer, lastModified: source.lastModified };
    const pointer = { run: report.run, etag: source.etag, ...version };
    const path = `${folder.slice(0, folder.lastIndexOf('/'))}/_latest.json`;
    await results.movePointer(path, pointer, (current) => isNewer(current as SourceVersion, version));
  }
  const { run, state, rows, scored, rejected, duplicates, byCode } = report;
  const skipped = duplicates?.dropped ?? 0;
  log.information('receipt', { run, state, received: rows, scored, rejected, parked: 0, skipped, byCode });
}

/** How new an upload is. */
interface SourceVersion {
  /** Event Grid's number for changes of one blob, hexadecimal; it orders uploads within a second. */
  readonly sequencer: string | undefined;
  readonly lastModified: string;
}

function isNewer(current: SourceVersion, next: SourceVersion): boolean {
  if (current.sequencer !== undefined && next.sequencer !== undefined) {
    const width = Math.max(current.sequencer.length, next.sequencer.length);
    return current.sequencer.padStart(width, '0') > next.sequencer.padStart(width, '0');
  }
  return Date.parse(current.lastModified) > Date.parse(next.lastModified);
}
