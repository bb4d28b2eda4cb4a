import type { UploadedBlob } from '../core/events/blob-created.ts';
import { toScoringError } from '../core/fault.ts';
import { runId } from '../core/ids.ts';
import { isDue } from '../core/routes/daily.ts';
import { routeAsked } from '../core/routes/result-format.ts';
import type { FileRoute } from '../core/routes/routes.ts';
import { fileFormatOf } from './file-format.ts';
import type { FileReaders } from './file-reading.ts';
import { type RunOutcome, runFile } from './file-run.ts';
import { beginRun } from './files/begin-run.ts';
import { endRun, endRunAlone } from './files/end-run.ts';
import { outcomeOfEnd } from './files/outcome-of-end.ts';
import { usePinned } from './files/pinned-model.ts';
import { canBeCut } from './files/plan-parts.ts';
import { runAlone } from './files/run-alone.ts';
import type { RunSource } from './files/run-record.ts';
import { nothingDone, publishReport, type RunReport, reportOf } from './files/run-report.ts';
import { shareRun } from './files/share-run.ts';
import type { SharedRuns } from './files/shared-runs.ts';
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
  /** Readers of formats that are no streams of bytes; without, such files are refused. */
  readonly readers?: FileReaders | undefined;
  /** Through which instances share a large file; without, each file is scored at once by whoever gets it. */
  readonly runs?: SharedRuns | undefined;
}

/** Deliveries after which a file is given up that has lost its process each time. */
const deliveriesMax = 50;

/** Name of the folder for files that no route takes. */
const withoutModel = '_unrouted';

/** A file that is to be scored. */
interface FileJob {
  readonly blob: UploadedBlob;
  readonly file: OpenFile;
  readonly source: RunSource;
  readonly run: string;
  /** Where the results of the run lie. */
  readonly folder: string;
}

/**
 * Scores one uploaded file, or cuts it into parts that any instance scores. Whatever can be said against the file ends in
 * its report; only what may heal is thrown.
 * @returns the report; undefined when there is none yet, or nothing to do: the blob is gone, this upload was scored
 *   or begun before, or its time is yet to come
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
  if (!isDue(route?.dailyAt, Date.parse(file.lastModified), Date.now())) {
    log.information('kept for later', { blob: blob.name, dailyAt: route?.dailyAt });
    return undefined;
  }
  const run = runId(blob.container, blob.name, file.etag, route?.prefix ?? '');
  const folder = `${route?.model ?? withoutModel}/${blob.name}/${run}`;
  if (await scoring.results.exists(`${folder}/_SUCCESS`)) return undefined;

  const started = performance.now();
  const startedAt = new Date().toISOString();
  const job = { blob, file, source: sourceOf(blob, file), run, folder };
  const done = await outcomeOf(scoring, route, job, attempt, log);
  if (done === undefined) return undefined;
  if (typeof done === 'function') return done();
  const ending = { ...job, parts: 1, startedAt, durationMs: Math.round(performance.now() - started) };
  const report = reportOf(ending, done);
  await publishReport(scoring.results, ending, report, log);
  return report;
}

const sourceOf = (
  { container, name, sequencer }: UploadedBlob,
  { etag, bytes, lastModified }: OpenFile,
): RunSource => ({
  container,
  blob: name,
  etag,
  bytes,
  lastModified,
  ...(sequencer !== undefined && { sequencer }),
});

/** What came of a file: nothing yet when others see to the run, and a step that is left where they may see to it too. */
type Done = RunOutcome | (() => Promise<RunReport | undefined>) | undefined;

/** Runs the file, and turns what can be said against it into an outcome. */
async function outcomeOf(
  scoring: FileScoring,
  route: FileRoute | undefined,
  job: FileJob,
  attempt: Attempt,
  log: Log,
): Promise<Done> {
  if (route === undefined) return { ...nothingDone, error: noRoute(job.blob.name) };
  if (attempt.number >= deliveriesMax) return { ...nothingDone, error: abandoned(attempt.number) };
  const asked = routeAsked(route, job.file.accept);
  if ('code' in asked) return { ...nothingDone, faults: [asked] };
  try {
    // One version for the whole file, however often the alias moves meanwhile.
    const score = (model: LoadedModel) => scoreOrShare(scoring, model, asked, job, attempt, log);
    return await scoring.registry.use(route.model, score, route.alias);
  } catch (thrown) {
    const error = toScoringError(thrown);
    // The last try leaves a report behind, so that nobody waits for a result that does not come.
    if (error.retryable && !attempt.isLast) throw error;
    return { ...nothingDone, error: { code: error.code, message: error.message } };
  }
}

async function scoreOrShare(
  scoring: FileScoring,
  model: LoadedModel,
  route: FileRoute,
  job: FileJob,
  attempt: Attempt,
  log: Log,
): Promise<Done> {
  const { runs, results } = scoring;
  const { blob, file, source, run, folder } = job;
  if (runs === undefined) return scoreAtOnce(scoring, model, route, job);
  const { record, isNew } = await beginRun(runs.records, { run, source, route, folder }, model);
  if (!isNew && attempt.number === 0 && blob.isAgain !== true) {
    log.information('announced again', { run, blob: blob.name });
    return undefined;
  }
  return usePinned(scoring.registry, record, async (pinned) => {
    const format = fileFormatOf(blob.name);
    if (file.bytes > runs.partBytes && canBeCut(format, record.route, pinned)) {
      const shared = await shareRun(runs, record, file, format, pinned, scoring.readers);
      if (shared !== 'of one piece') return shared;
    }
    const options = { ...scoring, ...job, model: pinned, route: record.route };
    const ended = await runAlone(runs, { record, isNew }, options, log);
    const endIt = ended.mayHaveCompany ? endRun : endRunAlone;
    return () => endIt({ runs, results, log }, ended.run, ended.end);
  });
}

/** Scores a file where there is nobody to agree with. */
async function scoreAtOnce(
  scoring: FileScoring,
  model: LoadedModel,
  route: FileRoute,
  job: FileJob,
): Promise<RunOutcome> {
  const { results } = scoring;
  const end = await runFile({ ...scoring, ...job, model, route, pieces: results });
  const { name, version } = model.manifest;
  return outcomeOfEnd(results, { ...job, route, model: name, version, modelDigest: model.digest }, end, []);
}

const abandoned = (times: number): NonNullable<RunOutcome['error']> => ({
  code: 'run.abandoned',
  message: `The file was tried ${times} times without an end.`,
});

const noRoute = (blob: string): NonNullable<RunOutcome['error']> => ({
  code: 'model.unknown',
  message: `No route takes ${JSON.stringify(blob)}: let its name begin with the name of an installed model and a slash, or add a route to models/routes.json.`,
});
