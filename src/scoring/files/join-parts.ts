import type { Code } from '../../core/codes.ts';
import { ScoringError } from '../../core/fault.ts';
import { errorsHead } from '../../core/formats/score-text.ts';
import { fileFormatOf } from '../file-format.ts';
import type { ResultFile } from '../file-results.ts';
import type { RunOutcome } from '../file-run.ts';
import { scoreFileOf } from './result-rows.ts';
import type { ResultPiece } from './run-ports.ts';
import { type Begun, type PartReceipt, type RowCounts, type RunRecord, runPaths } from './run-record.ts';
import type { OpenedRun, SharedRuns } from './shared-runs.ts';
import { tooLargeAShare, tooManyErrors } from './too-many-errors.ts';

/** Receipts that are read at once. */
const readsAtOnce = 16;

/**
 * Puts the parts of a run together in the order of its rows. Verdicts over the whole file come from the receipts in that
 * order, whatever the order in which the parts were scored.
 * @throws {ScoringError} `storage.unavailable`, also when a receipt is not there
 */
export async function joinParts(runs: SharedRuns, { record, plan }: OpenedRun): Promise<RunOutcome> {
  const receipts = await receiptsOf(runs, record, plan.parts.length);
  const { model, version, modelDigest, route } = record;
  const outcome = (counts: RowCounts, files: readonly ResultFile[]): RunOutcome => ({
    model,
    version,
    modelDigest,
    ...counts,
    files,
  });

  const until = receiptsUntilTooMany(record, receipts);
  const counts = sumOf(until.receipts);
  const fault = until.fault ?? tooLargeAShare(route, counts.rejected, counts.rows);
  if (fault !== undefined)
    return { ...outcome(counts, [await joinErrors(runs, record, until.receipts)]), faults: [fault] };
  return outcome(counts, [await joinScores(runs, record, receipts), await joinErrors(runs, record, receipts)]);
}

/** The receipts up to the part in which there are more wrong rows than the route allows. */
function receiptsUntilTooMany({ route }: RunRecord, receipts: readonly PartReceipt[]) {
  let rejected = 0;
  for (const [at, receipt] of receipts.entries()) {
    rejected += receipt.rejected;
    const fault = tooManyErrors(route, rejected);
    if (fault !== undefined) return { fault, receipts: receipts.slice(0, at + 1) };
  }
  return { fault: undefined, receipts };
}

/** The counts of all parts together. */
export function sumOf(all: readonly RowCounts[]): RowCounts {
  const byCode: Partial<Record<Code, number>> = {};
  const sum = { rows: 0, scored: 0, rejected: 0, byCode };
  for (const counts of all) {
    sum.rows += counts.rows;
    sum.scored += counts.scored;
    sum.rejected += counts.rejected;
    for (const [code, count] of Object.entries(counts.byCode) as [Code, number][]) {
      byCode[code] = (byCode[code] ?? 0) + count;
    }
  }
  return sum;
}

async function joinScores(
  { pieces }: SharedRuns,
  record: RunRecord,
  receipts: readonly PartReceipt[],
): Promise<ResultFile> {
  const { name, contentType } = scoreFileOf(fileFormatOf(record.source.blob), record.route);
  const path = `${record.folder}/${name}`;
  const head = receipts.find(({ scoresHead }) => scoresHead !== undefined)?.scoresHead ?? '';
  const all = [await headPiece({ pieces }, path, head), ...receipts.map(({ scores }) => scores)];
  return { name, sha256: await pieces.join(path, contentType, all) };
}

async function joinErrors(
  { pieces }: Pick<SharedRuns, 'pieces'>,
  { folder }: RunRecord,
  receipts: readonly PartReceipt[],
) {
  const name = 'errors.csv';
  const path = `${folder}/${name}`;
  const all = [await headPiece({ pieces }, path, errorsHead), ...receipts.map(({ errors }) => errors)];
  return { name, sha256: await pieces.join(path, 'text/csv', all) };
}

async function headPiece({ pieces }: Pick<SharedRuns, 'pieces'>, path: string, head: string): Promise<ResultPiece> {
  const piece = pieces.piece(path);
  if (head !== '') await piece.write(Buffer.from(head));
  return piece.finish();
}

async function receiptsOf({ records }: SharedRuns, begun: Begun, parts: number): Promise<PartReceipt[]> {
  const { receipt: pathOf } = runPaths(begun);
  const receipts: PartReceipt[] = [];
  for (let from = 0; from < parts; from += readsAtOnce) {
    const some = Array.from({ length: Math.min(readsAtOnce, parts - from) }, (_, i) => records.read(pathOf(from + i)));
    for (const stored of await Promise.all(some)) {
      if (stored === undefined)
        throw new ScoringError('storage.unavailable', `a receipt of ${begun.run} is gone`, { retryable: true });
      receipts.push(stored.value as PartReceipt);
    }
  }
  return receipts;
}
