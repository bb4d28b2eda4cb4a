import type { RecordBatch } from '../core/batch/record-batch.ts';
import type { Fault } from '../core/fault.ts';
import { type ScoringError, toScoringError } from '../core/fault.ts';
import type { ScoredRows } from '../core/outputs/read-outputs.ts';
import type { Deadline } from './deadline.ts';
import type { LoadedModel } from './loaded-model.ts';
import { warmUp } from './models/warm-up.ts';
import { scoreBatch } from './score-batch.ts';

/** What of a model's own words is kept. */
const messageCharactersMax = 300;

export interface RowScoring {
  readonly deadline?: Deadline | undefined;
  /** When given, rows go one by one, and this is asked before each. One that may not run has killed its process before. */
  readonly mayRun?: ((row: number) => Promise<boolean>) | undefined;
}

/**
 * Scores all rows together. When the model fails for them, they go one by one: a row that it cannot bear has a fault,
 * and keeps no other from its score.
 * @throws {ScoringError} when it is not a row's fault: the model fails for any row, or the deadline is over
 */
export async function scoreRows(model: LoadedModel, batch: RecordBatch, options: RowScoring = {}): Promise<ScoredRows> {
  const { deadline, mayRun } = options;
  if (mayRun !== undefined) return scoreOneByOne(model, batch, options);
  try {
    return await scoreBatch(model, batch, deadline);
  } catch (error) {
    if (deadline?.isOver) throw error;
    return scoreOneByOne(model, batch, options);
  }
}

async function scoreOneByOne(
  model: LoadedModel,
  batch: RecordBatch,
  { deadline, mayRun }: RowScoring,
): Promise<ScoredRows> {
  const scored: ScoredRows = { scores: [], faults: new Map() };
  let failure: ScoringError | undefined;
  for (let row = 0; row < batch.length; row++) {
    if (mayRun !== undefined && !(await mayRun(row))) {
      scored.scores.push(undefined);
      scored.faults.set(row, crashed);
      continue;
    }
    try {
      const { scores, faults } = await scoreBatch(model, batch.row(row), deadline);
      scored.scores.push(scores[0]);
      const fault = faults.get(0);
      if (fault !== undefined) scored.faults.set(row, fault);
    } catch (error) {
      if (deadline?.isOver) throw error;
      failure = toScoringError(error);
      scored.scores.push(undefined);
      scored.faults.set(row, failed(failure));
    }
  }
  // Before rows are blamed for it: does the model still run at all?
  if (failure !== undefined) await warmUp(model);
  return scored;
}

/** Of a record that killed its process whenever it was alone. */
export const crashed: Fault = {
  code: 'model.crashed',
  path: '',
  expected: 'a record that can be scored',
  got: 'the end of the process, each time that it was tried alone',
};

const failed = ({ code, message }: ScoringError): Fault => ({
  code,
  path: '',
  expected: 'a record that the model can be run with',
  got: message.slice(0, messageCharactersMax),
});
