import { describeFault, type Fault } from '../../fault.ts';
import type { Score } from '../../outputs/read-outputs.ts';
import type { Dialect } from '../dialect.ts';
import { jsonAnswer } from '../http-message.ts';
import { detailsOf, headOf } from '../refusal.ts';
import { marksRowsOf } from '../rows/marks-rows.ts';
import type { ScoredCall } from '../rows/rows-call.ts';
import { printByInstance } from '../tensors/print-nested.ts';
import { readValueCall } from '../tensors/value-call.ts';
import { readScoreBody, type ScoreForm, wrongType } from './read-score.ts';

/**
 * Azure Machine Learning's scoring protocol at `/score`, and the two forms in which Azure Stream Analytics uses it. There
 * one bad row must not stop the job: its score is null, with the reason beside it.
 */
export const azureMl: Dialect = {
  readRows(model, call) {
    const marksRows = marksRowsOf(call.method === 'GET' ? '' : call.query);
    if (typeof marksRows === 'object') return marksRows;
    const read = readScoreBody(model, call);
    if ('code' in read) return read;
    const { rows, form } = read;
    return {
      kind: 'rows',
      rows,
      marksRows: marksRows || form.kind !== 'list',
      answer: (scored) => jsonAnswer(200, printForm(form, scored), succeeded),
    };
  },

  readTensors(model, { method, header, body }) {
    const wrong = method === 'GET' ? undefined : wrongType(header('content-type'));
    return wrong ?? readValueCall(model, body, ['input_data', 'data'], printByInstance, succeeded);
  },

  refuse(refusal, requestId) {
    const { status, headers } = headOf(refusal);
    const { code, ...details } = detailsOf(refusal, requestId);
    return jsonAnswer(status, JSON.stringify({ message: refusal.message, code, ...details }), {
      ...headers,
      'x-ms-run-function-failed': status >= 500 ? 'True' : 'False',
    });
  },
};

const succeeded = { 'x-ms-run-function-failed': 'False' } as const;

function printForm(form: ScoreForm, scored: ScoredCall): string {
  if (form.kind === 'list') {
    return JSON.stringify(scored.scores.map((score, row) => score ?? { error: reasonOf(scored.faults.get(row)) }));
  }
  const names = Object.keys(scored.model.manifest.outputs);
  const marked = scored.scores.map((score, row) => markedScore(score, scored.faults.get(row), names));
  return JSON.stringify(form.kind === 'events' ? marked : { Results: { [form.output]: marked } });
}

/** Every row has the same fields, since a job's query names them. */
function markedScore(score: Score | undefined, faults: readonly Fault[] | undefined, names: readonly string[]): object {
  if (score !== undefined) return { ...score, error: null };
  const nothing = Object.fromEntries(names.map((name) => [name, null]));
  return { ...nothing, error: reasonOf(faults) };
}

const reasonOf = (faults: readonly Fault[] | undefined): string => (faults ?? []).map(describeFault).join('; ');
