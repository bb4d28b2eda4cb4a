import { type Caller, mayUse } from '../../core/access/rights.ts';
import type { JobAsk } from '../../core/protocols/call-route.ts';
import { type HttpAnswer, type HttpCall, jsonAnswer } from '../../core/protocols/http-message.ts';
import { readJob } from '../../core/protocols/plain/read-job.ts';
import { type Refusal, refusal } from '../../core/protocols/refusal.ts';
import { reasonsOf } from '../files/run-status.ts';
import { cancelRun } from '../files/stop-run.ts';
import { type JobPorts, type JobStatus, jobStatus, submitJob } from '../files/submit-job.ts';
import { silentLog } from '../silent-log.ts';
import { decompressed } from './content-coding.ts';
import type { RequestScoring } from './http-scoring.ts';
import type { IncomingCall } from './incoming-call.ts';
import { bodyOf, tooLarge } from './read-body.ts';

const idPattern = /^r_[0-9a-v]{26}$/;

/** Seconds after which it is worth asking again how a job stands. */
const retryAfterSeconds = '5';

/** Answers what is asked about files that are scored on the way of uploads. */
export async function answerJob(
  scoring: RequestScoring,
  ask: JobAsk,
  incoming: IncomingCall,
  caller: Caller,
): Promise<HttpAnswer | Refusal> {
  const { jobs } = scoring;
  const { call } = incoming;
  if (jobs === undefined) return refusal('route.not_found', 'This app has no storage for files.');
  if (ask.kind === 'job') return submit(scoring, jobs, incoming, caller);
  const status = idPattern.test(ask.run) ? await jobStatus(jobs, ask.run) : undefined;
  const unknown = refusal('run.unknown', `There is no run ${ask.run.slice(0, 100)}.`);
  // Whoever may not use the model hears what he would hear if there were no such run.
  if (status === undefined || !mayUse(caller, status.model)) return unknown;
  if (ask.kind === 'job status') return statusAnswer(jobs, status, call);
  if (status.state === 'queued') return refusal('run.over', 'The run has not begun yet: try again in a moment.');
  const report = await cancelRun({ runs: jobs.runs, results: jobs.results, log: silentLog }, ask.run);
  if ('message' in report) return report;
  return statusAnswer(jobs, (await jobStatus(jobs, ask.run)) ?? status, call);
}

async function submit(
  { registry, limits }: RequestScoring,
  jobs: JobPorts,
  { call, requestId }: IncomingCall,
  caller: Caller,
): Promise<HttpAnswer | Refusal> {
  const packed = await bodyOf(call, limits);
  const large = tooLarge(packed, 'rows', limits);
  if (large !== undefined) return large;
  const body = await decompressed(call.header('content-encoding'), packed, limits.rowBytesMax);
  if ('code' in body) return body;
  const asked = readJob(call.header('content-type'), call.query, body, requestId);
  if ('code' in asked) return asked;
  const may = (model: string) => mayUse(caller, model);
  if (asked.kind === 'body') {
    const route = await registry.fileRoute(asked.blob);
    // Nothing is uploaded for somebody who may not have it scored.
    if (route !== undefined && may(route.model))
      await jobs.incoming.create(asked.blob, body, asked.contentType, asked.results);
  }
  const job = await submitJob(jobs, registry, asked, may);
  if ('message' in job) return job;
  // An upload is announced by itself; one that was there may have been scored before, which costs nothing then.
  if (asked.kind === 'blob') await jobs.runs.queues.announce(job.container, job.blob, false);
  const status = await jobStatus(jobs, job.run);
  return status === undefined
    ? refusal('run.unknown', `The run ${job.run} was removed.`)
    : accepted(jobs, status, call);
}

/** 202 and the same place again until the run has ended: so Azure Data Factory, and others who wait, go on asking. */
async function statusAnswer(jobs: JobPorts, status: JobStatus, call: HttpCall): Promise<HttpAnswer> {
  if (status.report === undefined) return accepted(jobs, status, call);
  return jsonAnswer(200, JSON.stringify(await bodyOfJob(jobs, status)));
}

async function accepted(jobs: JobPorts, status: JobStatus, call: HttpCall): Promise<HttpAnswer> {
  const headers = { location: `${originOf(call)}/jobs/${status.run}`, 'retry-after': retryAfterSeconds };
  return jsonAnswer(202, JSON.stringify(await bodyOfJob(jobs, status)), headers);
}

/** Where the caller found us: some want the whole address of a place that they are to ask again. */
function originOf(call: HttpCall): string {
  const host = call.header('host');
  if (host === undefined) return '';
  const isLocal = /^(localhost|127\.|\[::1\])/.test(host);
  return `${call.header('x-forwarded-proto') ?? (isLocal ? 'http' : 'https')}://${host}`;
}

const words = { succeeded: 'Succeeded', failed: 'Failed', cancelled: 'Canceled' } as const;

async function bodyOfJob({ incoming }: JobPorts, status: JobStatus) {
  const { run, state, blob, bytes, bytesDone, parts, partsDone, rows, scored, rejected, report, folder, model } =
    status;
  const files = report?.files ?? [];
  const results = await Promise.all(
    files.map(async ({ name }) => ({ name, url: await incoming.resultUrl(`${folder}/${name}`) })),
  );
  return {
    run,
    status: report === undefined ? 'InProgress' : words[report.state],
    state,
    blob,
    model,
    bytes,
    bytesDone,
    parts,
    partsDone,
    rows,
    scored,
    rejected,
    ...(report && { byCode: report.byCode, results, reasons: reasonsOf(report) }),
  };
}
