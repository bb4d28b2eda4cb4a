import { codes } from '../../core/codes.ts';
import { describeFault, type Fault, ScoringError } from '../../core/fault.ts';
import type { Score, ScoredRows } from '../../core/outputs/read-outputs.ts';
import type { HttpAnswer } from '../../core/protocols/http-message.ts';
import { type Refusal, refusal, refusalOf } from '../../core/protocols/refusal.ts';
import type { CallRows, RowsCall } from '../../core/protocols/rows/rows-call.ts';
import { callSettings } from '../../core/resources.ts';
import type { LoadedModel } from '../loaded-model.ts';
import type { Sink } from '../ports.ts';
import { documentOf, scoreBatch } from '../score-batch.ts';
import type { RequestScoring } from './http-scoring.ts';
import type { IncomingCall } from './incoming-call.ts';

/** Scores the rows of a call, records them where the routes say so, and answers in the words of its dialect. */
export async function answerRows(
  { registry, sink, limits: { rowsMax } }: RequestScoring,
  model: LoadedModel,
  call: RowsCall,
  { requestId, deadline }: Pick<IncomingCall, 'requestId' | 'deadline'>,
): Promise<HttpAnswer | Refusal> {
  const { rows, marksRows } = call;
  if (rows.count > rowsMax) return tooManyRows(rows.count, rowsMax);
  if (rows.faults.size > 0 && !marksRows) return refusalOf(inOrder(rows.faults));
  const scored = await scoreBatch(model, rows.batch, deadline);
  const outcome = byCallRow(rows, scored);
  if (outcome.faults.size > 0 && !marksRows) return refusalOf(inOrder(outcome.faults));
  const recorded = registry.recordsCalls();
  if (typeof recorded === 'boolean' ? recorded : await recorded)
    await record(sink, model, rows, outcome, call.id ?? requestId);
  return call.answer({ model, scores: outcome.scores, faults: outcome.faults, requestId });
}

function tooManyRows(rows: number, rowsMax: number): Refusal {
  const message = `Expected at most ${rowsMax} rows (app setting ${callSettings.rows}), got ${rows}.`;
  return refusal('request.too_many_rows', message);
}

const inOrder = (faults: ReadonlyMap<number, readonly Fault[]>): Fault[] =>
  [...faults].sort(([a], [b]) => a - b).flatMap(([, list]) => list);

/** What came of each row of the call. */
interface Outcome {
  readonly scores: readonly (Score | undefined)[];
  readonly faults: ReadonlyMap<number, readonly Fault[]>;
}

/** Rows that did not fit are not in the batch: the others stand in it one behind the other. */
function byCallRow(rows: CallRows, scored: ScoredRows): Outcome {
  if (rows.faults.size === 0 && scored.faults.size === 0) return { scores: scored.scores, faults: rows.faults };
  const scores: (Score | undefined)[] = [];
  const faults = new Map(rows.faults);
  let inBatch = 0;
  for (let row = 0; row < rows.count; row++) {
    if (rows.faults.has(row)) {
      scores.push(undefined);
      continue;
    }
    const fault = scored.faults.get(inBatch);
    if (fault !== undefined) faults.set(row, [{ ...fault, path: placeOf(rows, row, fault) }]);
    scores.push(scored.scores[inBatch++]);
  }
  return { scores, faults };
}

/** What the model answered stands nowhere in the body: its place is the output and the row. */
const placeOf = (rows: CallRows, row: number, { code, path }: Fault): string =>
  code === 'output.not_finite' ? `${path}/${row}` : rows.pointerTo(row, path);

/** Writes the scored rows as documents; their ids come from the request id, so that a repeated call writes nothing twice. */
async function record(
  sink: Sink,
  model: LoadedModel,
  { batch, faults }: CallRows,
  { scores }: Outcome,
  requestId: string,
): Promise<void> {
  let inBatch = -1;
  const documents = scores.flatMap((score, row) => {
    if (!faults.has(row)) inBatch++;
    if (score === undefined) return [];
    const source = { kind: 'http', requestId, row } as const;
    return [documentOf(model, batch, inBatch, score, source, requestId, batch.keys[inBatch])];
  });
  for (const result of await sink.write(documents)) {
    if (result.kind === 'error') throw result.error;
    if (result.kind === 'fault') {
      throw new ScoringError(result.fault.code, `${codes[result.fault.code]} ${describeFault(result.fault)}.`, {
        retryable: false,
      });
    }
  }
}
