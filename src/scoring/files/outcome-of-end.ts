import type { RunOutcome } from '../file-run.ts';
import { type JoinedRun, joinParts } from './join-parts.ts';
import type { PieceFiles } from './run-ports.ts';
import type { End, StretchReceipt } from './run-record.ts';
import { nothingDone } from './run-report.ts';
import { sumOf } from './sum-counts.ts';

/**
 * What comes of a run that ends so; where it is published its files become visible.
 * @param receipts of the rows before those that the end itself tells of, in their order
 * @throws {ScoringError} `storage.unavailable`
 */
export async function outcomeOfEnd(
  pieces: PieceFiles,
  run: JoinedRun,
  end: End,
  receipts: readonly StretchReceipt[],
): Promise<RunOutcome> {
  const { model, version, modelDigest } = run;
  const nothing = { ...nothingDone, model, version, modelDigest };
  switch (end.kind) {
    case 'publish':
      return joinParts(pieces, run, end.last === undefined ? receipts : [...receipts, end.last]);
    case 'fail':
      return { ...nothing, ...(end.counts !== undefined && sumOf([...receipts, end.counts])), faults: end.faults };
    case 'break':
      return { ...nothing, error: end.error };
    case 'cancel':
      return { ...nothing, error: { code: 'run.cancelled', message: 'The run was cancelled.' } };
  }
}
