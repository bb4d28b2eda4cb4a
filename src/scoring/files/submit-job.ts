import { runId } from '../../core/ids.ts';
import type { JobRequest } from '../../core/protocols/plain/read-job.ts';
import { type Refusal, refusal } from '../../core/protocols/refusal.ts';
import { containers } from '../../core/resources.ts';
import { type ResultFormat, resultFormatOf } from '../../core/routes/result-format.ts';
import type { ModelRegistry } from '../model-registry.ts';
import type { OpenFile, ResultFiles, SourceFiles } from '../ports.ts';
import type { RunRecord } from './run-record.ts';
import { type RunReport, reportPath } from './run-report.ts';
import { type RunStatus, runStatus } from './run-status.ts';
import type { SharedRuns } from './shared-runs.ts';

/** Files that callers bring along. */
export interface IncomingFiles {
  /**
   * Writes an upload, unless one of this name is there.
   * @param results the format that it asks for
   * @throws {ScoringError} `storage.unavailable`
   */
  create(blob: string, bytes: Uint8Array, contentType: string, results?: ResultFormat): Promise<void>;
  /**
   * Lets an upload ask for a format of its results, by which it becomes another version.
   * @throws {ScoringError} `storage.unavailable`, also when it has another ETag by now
   */
  ask(blob: string, etag: string, results: ResultFormat): Promise<void>;
  /** Where a file of the results is found. */
  resultUrl(path: string): Promise<string>;
}

export interface JobPorts {
  readonly runs: SharedRuns;
  readonly source: SourceFiles;
  readonly results: ResultFiles;
  readonly incoming: IncomingFiles;
}

/** `job.json`: what is known of a run that was asked for and that no instance has begun yet. */
export type Job = Pick<RunRecord, 'run' | 'folder' | 'model'> & {
  readonly container: string;
  readonly blob: string;
  readonly bytes: number;
  readonly submittedAt: string;
};

/** How a job stands: as its run does, or `queued` while it has none. */
export type JobStatus = Omit<RunStatus, 'state' | 'version' | 'startedAt'> & {
  readonly state: 'queued' | RunStatus['state'];
};

const jobPath = (run: string): string => `${run}/job.json`;

/**
 * Asks for the run of a blob in the container of uploads, as an upload does: there is no second road.
 * @param mayUse whether the caller may work with a model of this name
 * @returns the job, or why there can be none
 */
export async function submitJob(
  ports: JobPorts,
  registry: ModelRegistry,
  { blob, results }: Pick<JobRequest, 'blob' | 'results'>,
  mayUse: (model: string) => boolean,
): Promise<Job | Refusal> {
  const container = containers.incoming;
  const route = await registry.fileRoute(blob);
  // Whether there is such a route, or such a blob, is not for everybody to know.
  if (route !== undefined && !mayUse(route.model)) {
    return refusal('access.forbidden', 'Expected a caller with the right score for this model.');
  }
  if (route === undefined)
    return refusal('model.unknown', `No file route takes ${JSON.stringify(blob.slice(0, 200))}.`);
  const file = await openAsked(ports, container, blob, results);
  if (file === undefined) return refusal('file.not_found', `There is no blob ${JSON.stringify(blob)} in ${container}.`);
  const run = runId(container, blob, file.etag, route.prefix);
  const folder = `${route.model}/${blob}/${run}`;
  const submittedAt = new Date().toISOString();
  const job = { run, folder, model: route.model, container, blob, bytes: file.bytes, submittedAt };
  await ports.runs.records.create(jobPath(run), job);
  return job;
}

/** The blob, once it asks for these results: what asks for others is another version, with a run of its own. */
async function openAsked(
  { source, incoming }: JobPorts,
  container: string,
  blob: string,
  results: ResultFormat | undefined,
): Promise<OpenFile | undefined> {
  const file = await source.open(container, blob);
  if (file === undefined || results === undefined) return file;
  if (file.accept !== undefined && resultFormatOf(file.accept) === results) return file;
  await incoming.ask(blob, file.etag, results);
  return source.open(container, blob);
}

/** @returns how a job stands; undefined when there is none of this id */
export async function jobStatus({ runs }: JobPorts, run: string): Promise<JobStatus | undefined> {
  const status = await runStatus(runs, run);
  if (status !== undefined) return status;
  const job = (await runs.records.read(jobPath(run)))?.value as Job | undefined;
  return job === undefined ? undefined : queued(runs, job);
}

/** A file may fail before its run begins: its report tells then. */
async function queued(
  { reports }: SharedRuns,
  { run, container, blob, model, folder, bytes }: Job,
): Promise<JobStatus> {
  const base = { run, container, blob, model, folder, bytes };
  const report = (await reports.read(reportPath(folder)))?.value as RunReport | undefined;
  if (report !== undefined) {
    const { state, parts, rows, scored, rejected } = report;
    return { ...base, state, bytesDone: bytes, parts, partsDone: parts, rows, scored, rejected, report };
  }
  return { ...base, state: 'queued', bytesDone: 0, parts: 1, partsDone: 0, rows: 0, scored: 0, rejected: 0 };
}
