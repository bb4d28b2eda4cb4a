import type { Code } from '../core/codes.ts';
import type { UploadedBlob } from '../core/events/blob-created.ts';
import { type Fault, toScoringError } from '../core/fault.ts';
import { runId } from '../core/ids.ts';
import type { FileRoute } from '../core/routes/routes.ts';
import { FileRun, type RunOutcome } from './file-run.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { Log, OpenFile, ResultFiles, Sink, SourceFiles } from './ports.ts';
import type { Attempt } from './settle.ts';

export interface FileScoring {
  readonly registry: ModelRegistry;
  readonly source: SourceFiles;
  readonly results: ResultFiles;
  /** Where rows go as documents, when the route says so. */
  readonly sink: Sink;
}

/** What `report.json` says of a run. */
export interface RunReport {
  readonly run: string;
  readonly state: 'succeeded' | 'failed';
  readonly source: { readonly container: string; readonly blob: string; readonly etag: string; readonly bytes: number };
  readonly model?: string;
  readonly version?: number;
  readonly modelDigest?: string;
  readonly rows: number;
  readonly scored: number;
  readonly rejected: number;
  readonly byCode: Readonly<Partial<Record<Code, number>>>;
  readonly parts: 1;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly rowsPerSecond: number;
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  /** Why the run failed: what is wrong with the file, or what went wrong around it. */
  readonly faults?: readonly Fault[];
  readonly error?: { readonly code: Code; readonly message: string };
}

/** Name of the folder for files that no route takes. */
const withoutModel = '_unrouted';

/**
 * Scores one uploaded file. Whatever can be said against the file ends in its report; only what may heal is thrown.
 * @returns the report, or undefined when there is nothing to do: the blob is gone, or this upload was scored before
 * @throws {ScoringError} when the same message is to come again
 */
export async function scoreFile(
  scoring: FileScoring,
  blob: UploadedBlob,
  attempt: Attempt,
  log: Log,
): Promise<RunReport | undefined> {
  const file = await scoring.source.open(blob.container, blob.name);
  if (file === undefined) {
    log.warning('file.not_found', { container: blob.container, blob: blob.name });
    return undefined;
  }
  const route = await scoring.registry.fileRoute(blob.name);
  const run = runId(blob.container, blob.name, file.etag, route?.prefix ?? '');
  const folder = `${route?.model ?? withoutModel}/${blob.name}`;
  if (await scoring.results.exists(`${folder}/${run}/_SUCCESS`)) return undefined;

  const started = performance.now();
  const startedAt = new Date().toISOString();
  const outcome = await outcomeOf(scoring, route, blob, file, { run, folder: `${folder}/${run}` }, attempt);
  const durationMs = Math.round(performance.now() - started);
  const report: RunReport = {
    run,
    state: outcome.faults === undefined && outcome.error === undefined ? 'succeeded' : 'failed',
    source: { container: blob.container, blob: blob.name, etag: file.etag, bytes: file.bytes },
    ...outcome,
    parts: 1,
    startedAt,
    durationMs,
    rowsPerSecond: Math.round((1000 * outcome.rows) / Math.max(durationMs, 1)),
  };
  await publish(scoring.results, folder, blob, file, report);
  const { rows, scored, rejected, byCode } = report;
  log.information('receipt', {
    run,
    state: report.state,
    received: rows,
    scored,
    rejected,
    parked: 0,
    skipped: 0,
    byCode,
  });
  return report;
}

/** Runs the file, and turns what can be said against it into an outcome. */
async function outcomeOf(
  scoring: FileScoring,
  route: FileRoute | undefined,
  blob: UploadedBlob,
  file: OpenFile,
  target: { run: string; folder: string },
  attempt: Attempt,
): Promise<RunOutcome> {
  if (route === undefined) return { ...nothing, error: noRoute(blob.name) };
  try {
    // One version for the whole file, however often the alias moves meanwhile.
    const score = (model: LoadedModel) => new FileRun({ ...scoring, model, route, blob, file, ...target }).score();
    return await scoring.registry.use(route.model, score, route.alias);
  } catch (thrown) {
    const error = toScoringError(thrown);
    // The last try leaves a report behind, so that nobody waits for a result that does not come.
    if (error.retryable && !attempt.isLast) throw error;
    return { ...nothing, error: { code: error.code, message: error.message } };
  }
}

const nothing = { rows: 0, scored: 0, rejected: 0, byCode: {}, files: [] };

const noRoute = (blob: string): NonNullable<RunOutcome['error']> => ({
  code: 'model.unknown',
  message: `No route takes ${JSON.stringify(blob)}: let its name begin with the name of an installed model and a slash, or add a route to models/routes.json.`,
});

/** The report first, then the mark that all is there, then the pointer to the newest run of this source. */
async function publish(
  results: ResultFiles,
  folder: string,
  blob: UploadedBlob,
  file: OpenFile,
  report: RunReport,
): Promise<void> {
  const json = 'application/json';
  await results.put(`${folder}/${report.run}/report.json`, `${JSON.stringify(report, null, 2)}\n`, json);
  if (report.state === 'failed') return;
  await results.put(`${folder}/${report.run}/_SUCCESS`, '', 'text/plain');
  const version: SourceVersion = { sequencer: blob.sequencer, lastModified: file.lastModified };
  const pointer = { run: report.run, etag: file.etag, ...version };
  await results.movePointer(`${folder}/_latest.json`, pointer, (current) => isNewer(current as SourceVersion, version));
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
