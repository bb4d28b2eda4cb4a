import type { Code } from '../../core/codes.ts';
import { type Fault, ScoringError, toScoringError } from '../../core/fault.ts';
import type { PartMessage } from '../../core/files/part-message.ts';
import { fileFormatOf } from '../file-format.ts';
import { readingOf } from '../file-reading.ts';
import type { LoadedModel } from '../loaded-model.ts';
import type { Log } from '../ports.ts';
import type { FileScoring } from '../score-file.ts';
import type { Attempt } from '../settle.ts';
import { endRun, runOfParts } from './end-run.ts';
import { usePinned } from './pinned-model.ts';
import { ResultStretch } from './result-stretch.ts';
import { type Begun, type End, type PartReceipt, type RunEnd, runPaths } from './run-record.ts';
import { runRows } from './run-rows.ts';
import type { OpenedRun, SharedRuns } from './shared-runs.ts';

/** Failures of a part, deaths of its process and outages aside, after which the run is given up. */
const failuresMax = 5;

export interface PartScoring extends FileScoring {
  readonly runs: SharedRuns;
}

/**
 * Scores one part of a file and leaves a receipt; whoever leaves the last one puts the result together. Doing it again
 * changes nothing.
 * @throws {ScoringError} when the same message is to come again
 */
export async function scorePart(scoring: PartScoring, message: PartMessage, attempt: Attempt, log: Log): Promise<void> {
  const { runs, results } = scoring;
  const { run, part } = message;
  const ending = { runs, results, log };
  const opened = await runs.open(run, message.startedAt);
  if (opened === undefined) {
    log.information('part passed over', { run, part, reason: 'its run was begun anew, or is gone' });
    return;
  }
  const whole = runOfParts(opened);
  const { end: endPath, receipt: receiptPath } = runPaths(message);
  const ended = await runs.records.read(endPath);
  if (ended !== undefined) {
    await endRun(ending, whole, (ended.value as RunEnd).end);
    return;
  }
  if (attempt.isLast) {
    const error = {
      code: 'run.abandoned',
      message: `Part ${part} was tried ${attempt.number} times without an end.`,
    } as const;
    await endRun(ending, whole, { kind: 'break', error });
    return;
  }
  if ((await runs.records.read(receiptPath(part))) === undefined) {
    const end = await scoreRows(scoring, opened, message, log);
    if (end !== undefined) {
      await endRun(ending, whole, end);
      return;
    }
  }
  if (await isWhole(runs, opened)) await endRun(ending, whole, { kind: 'publish' });
}

/** @returns how the run ends, when this part cannot be scored */
async function scoreRows(
  scoring: PartScoring,
  { record, plan }: OpenedRun,
  message: PartMessage,
  log: Log,
): Promise<End | undefined> {
  const { runs } = scoring;
  const { part } = message;
  try {
    const receipt = await usePinned(scoring.registry, record, (model) =>
      scoreRange(scoring, model, { record, plan }, part),
    );
    if ('faults' in receipt) return { kind: 'fail', faults: receipt.faults };
    const { rows, scored, rejected, bytes } = receipt;
    const labels = Object.fromEntries(
      Object.entries({ rows, scored, rejected, bytes }).map(([name, n]) => [name, String(n)]),
    );
    await runs.records.create(runPaths(record).receipt(part), receipt, labels);
    log.information('part scored', { run: record.run, part, of: plan.parts.length, rows, scored, rejected });
    return undefined;
  } catch (thrown) {
    const error = toScoringError(thrown);
    const { code, message: text } = error;
    if (error.retryable && (notOfThePart.has(code) || !(await failsTooOften(runs, record, part)))) throw error;
    return { kind: 'break', error: { code, message: text } };
  }
}

/** What an instance or a service lacks for a while: the part goes back, and that is no failure of its own. */
const notOfThePart: ReadonlySet<Code> = new Set([
  'model.not_ready',
  'storage.unavailable',
  'sink.unavailable',
  'sink.throttled',
]);

/** Notes that a part failed once more. @returns whether that was too often */
async function failsTooOften({ records }: SharedRuns, begun: Begun, part: number): Promise<boolean> {
  const path = runPaths(begun).failures(part);
  const stored = await records.read(path);
  const failures = 1 + ((stored?.value as { failures: number } | undefined)?.failures ?? 0);
  if (stored === undefined) await records.create(path, { failures });
  else await records.replace(path, { failures }, stored.version);
  return failures >= failuresMax;
}

async function scoreRange(
  { source: files, sink, runs, readers }: PartScoring,
  model: LoadedModel,
  { record, plan }: OpenedRun,
  part: number,
): Promise<PartReceipt | { readonly faults: readonly Fault[] }> {
  const { source, route, folder, run } = record;
  const { from, endByte } = plan.parts[part]!;
  const started = performance.now();
  const file = await files.open(source.container, source.blob);
  if (file?.etag !== source.etag) throw changed(source.blob);
  const format = fileFormatOf(source.blob);
  const keptColumns = route.columns;
  const stretch = new ResultStretch({ pieces: runs.pieces, folder, format, route, model, keptColumns }, part);
  const start = part === 0 ? undefined : { place: from, columns: plan.columns ?? [] };
  const { decoder, pieces } = readingOf(format, file, source.blob, model, keptColumns, readers, { start, endByte });
  const faults = await runRows({
    model,
    route,
    source: { container: source.container, blob: source.blob, etag: source.etag },
    decoder,
    pieces,
    results: { rowsDone: 0, write: (rows, scored) => stretch.rows.write(rows, scored) },
    sink,
    partition: `${run}~${part}`,
    turn: runs.turns.begin(),
  });
  if (faults !== undefined) return { faults };
  return {
    part,
    bytes: endByte - from.byte,
    rows: decoder.rowsSeen - from.row,
    ...(await stretch.finish()),
    durationMs: Math.round(performance.now() - started),
  };
}

/** Whether each part has its receipt. */
async function isWhole({ records }: SharedRuns, { record, plan }: OpenedRun): Promise<boolean> {
  let receipts = 0;
  for await (const _ of records.list(runPaths(record).receipts)) receipts++;
  return receipts >= plan.parts.length;
}

const changed = (blob: string): ScoringError =>
  new ScoringError(
    'file.changed',
    `${blob} was overwritten or deleted while it was scored; a new upload has a run of its own`,
    {
      retryable: false,
    },
  );
