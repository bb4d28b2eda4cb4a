import { ScoringError } from '../../core/fault.ts';
import type { FileFormat } from '../file-format.ts';
import type { FileReaders } from '../file-reading.ts';
import type { RunOutcome } from '../file-run.ts';
import type { LoadedModel } from '../loaded-model.ts';
import type { OpenFile } from '../ports.ts';
import { partMessageOf, planParts } from './plan-parts.ts';
import { type Begun, partOfPath, type RunPlan, type RunRecord, runPaths } from './run-record.ts';
import { nothingDone } from './run-report.ts';
import type { SharedRuns } from './shared-runs.ts';

/**
 * Cuts a file into parts, and puts a message for each that has no receipt on the queue.
 * @returns undefined when the parts are on their way; the outcome when there is something wrong with the file as a whole;
 *   that it is of one piece, when it turns out that it cannot be cut
 * @throws {ScoringError} `file.changed`, `storage.unavailable`, and of a Parquet file that cannot be read
 */
export async function shareRun(
  runs: SharedRuns,
  record: RunRecord,
  file: OpenFile,
  format: FileFormat,
  model: LoadedModel,
  readers: FileReaders | undefined,
): Promise<RunOutcome | 'of one piece' | undefined> {
  const { source } = record;
  if (file.etag !== source.etag) {
    throw new ScoringError('file.changed', `${source.blob} was overwritten`, { retryable: false });
  }
  let plan = await runs.plan(record);
  if (plan === undefined) {
    const made = await planParts(file, format, model, record.route.columns, runs.partBytes, readers);
    if (made === undefined) return 'of one piece';
    if ('faults' in made) return { ...nothingDone, ...modelOf(record), faults: made.faults };
    plan = await writePlan(runs, record, made);
  }
  const done = await receiptsOf(runs, record);
  const missing = [...plan.parts.keys()].filter((part) => !done.has(part));
  // Where only the end is missing, any part's message sees to it.
  const wanted = missing.length === 0 ? [plan.parts.length - 1] : missing;
  await runs.queues.sendParts(wanted.map((part) => partMessageOf(record, plan, part)));
  return undefined;
}

/** Another instance may have been faster with the same plan. */
async function writePlan(runs: SharedRuns, begun: Begun, plan: RunPlan): Promise<RunPlan> {
  const { plan: path } = runPaths(begun);
  if (await runs.records.create(path, plan)) return plan;
  return (await runs.plan(begun)) ?? plan;
}

/** Numbers of the parts that are done. */
async function receiptsOf({ records }: SharedRuns, begun: Begun): Promise<Set<number>> {
  const done = new Set<number>();
  for await (const { path } of records.list(runPaths(begun).receipts)) done.add(partOfPath(path));
  return done;
}

const modelOf = ({ model, version, modelDigest }: RunRecord) => ({ model, version, modelDigest });
