import { describeFault, ScoringError } from '../../core/fault.ts';
import { compareOutputs } from '../../core/golden/compare.ts';
import type { ModelProto } from '../../core/graph/onnx-file.ts';
import { freeBatch } from '../../core/graph/repair/free-batch.ts';
import { inputInfos } from '../../core/graph/tensor-infos.ts';
import { rowsOf } from '../../core/import/probe-rows.ts';
import type { Feeds } from '../../core/tensor.ts';
import { type Failed, runModel, type Trial, type Tried, tolerance, tryModel } from './try-model.ts';

/** A model that was seen to work as it will be used. */
export interface Proven {
  readonly model: ModelProto;
  readonly tried: Tried;
  /** Rows that a batch must have; undefined where any number may run together. */
  readonly batchRows: number | undefined;
  /** What was changed on the way, each a sentence. */
  readonly changes: readonly string[];
  /** What was seen, each a sentence. */
  readonly proofs: readonly string[];
}

/**
 * Runs a repaired model as it will be run, frees its batch where it then still gives the same, and holds it against the
 * original.
 * @param feeds rows to run it on
 * @returns why not, when it cannot be loaded, breaks a limit, or does not answer
 * @throws {ScoringError} `model.unsupported` when a repair changed what it says
 */
export async function proveModel(
  trial: Trial,
  original: ModelProto,
  repaired: ModelProto,
  feeds: Feeds,
): Promise<Proven | Failed> {
  const fixed = fixedRows(repaired);
  const tried = await tryModel(trial, repaired, feeds, fixed);
  if ('fault' in tried) return tried;
  const chosen = await freed(trial, repaired, feeds, tried, fixed);
  if (chosen.model === original) return chosen;
  return { ...chosen, proofs: [...chosen.proofs, await heldAgainst(trial, original, feeds, tried)] };
}

/** The number that the first dimension of some input is fixed at. */
function fixedRows({ graph }: ModelProto): number | undefined {
  const sizes = inputInfos(graph!).map(({ shape }) => shape[0]);
  return sizes.find((size): size is number => typeof size === 'number' && size > 0);
}

const together = (rows: number) => `Rows may run together: 2, 3 and ${rows} of them give what each gives alone.`;

/** The model with a free batch, if it bears that; else as it is. */
async function freed(
  trial: Trial,
  model: ModelProto,
  feeds: Feeds,
  tried: Tried,
  fixed: number | undefined,
): Promise<Proven> {
  const free = freeBatch(model);
  if (free !== undefined) {
    const again = await tryModel(trial, free.model, feeds, undefined);
    if (!('fault' in again) && again.apartBecause === undefined) {
      const { changes } = free;
      return { model: free.model, tried: again, batchRows: undefined, changes, proofs: [together(again.rows)] };
    }
  }
  if (tried.apartBecause === undefined) {
    return { model, tried, batchRows: undefined, changes: [], proofs: [together(tried.rows)] };
  }
  const proofs = [
    `Rows are run ${fixed === undefined || fixed === 1 ? 'one by one' : `${fixed} by ${fixed}`}: ${tried.apartBecause}.`,
  ];
  return { model, tried, batchRows: fixed ?? 1, changes: [], proofs };
}

/** Holds what the repaired model gave against the original, for the tensors that both give. */
async function heldAgainst(
  trial: Trial,
  original: ModelProto,
  feeds: Feeds,
  { outputs, rows }: Tried,
): Promise<string> {
  const before = await runModel(trial, original, [rowsOf(feeds, 0, rows)]);
  const [run] = 'code' in before ? [before] : before.runs;
  if (run === undefined || 'code' in run) {
    return `The original itself cannot be run here${run === undefined ? '' : ` (${run.got})`}: the repaired model could not be held against it.`;
  }
  const both = Object.entries(run.outputs).filter(([name]) => outputs[name] !== undefined);
  if (both.length === 0) return 'The original gives no tensor that the repaired model could be held against.';
  const [fault] = compareOutputs(outputs, Object.fromEntries(both), tolerance, '');
  if (fault !== undefined) {
    const message = `The repaired model does not say what the original says: ${describeFault(fault)}`;
    throw new ScoringError('model.unsupported', message, { retryable: false });
  }
  const names = both.map(([name]) => `"${name}"`).join(', ');
  return `The repaired model gives what the original gives: ${names} of ${rows} row${rows === 1 ? '' : 's'}.`;
}
