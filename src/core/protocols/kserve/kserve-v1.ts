import { isObject, malformed, memberOf, readJsonBody } from '../body-json.ts';
import type { Dialect, ReadableCall } from '../dialect.ts';
import { jsonAnswer } from '../http-message.ts';
import { detailsOf, headOf, type Refusal, refusalOf } from '../refusal.ts';
import { readRecordsOrLists } from '../rows/json-tables.ts';
import { markedRows } from '../rows/marked-rows.ts';
import { marksRowsOf } from '../rows/marks-rows.ts';
import { onlyListOf, quickRows } from '../rows/quick-records.ts';
import type { CallRows, RowModel } from '../rows/rows-call.ts';
import { printByInstance } from '../tensors/print-nested.ts';
import { readValueCall } from '../tensors/value-call.ts';

/** KServe's V1 protocol: `{"instances": [...]}` to `:predict`, `{"predictions": [...]}` back. */
export const kserveV1: Dialect = {
  readRows(model, call) {
    const marksRows = marksRowsOf(call.query);
    if (typeof marksRows === 'object') return marksRows;
    const rows = readInstances(model, call);
    if ('code' in rows) return rows;
    return {
      kind: 'rows',
      rows,
      marksRows,
      answer: (scored) =>
        jsonAnswer(200, `{"predictions":${JSON.stringify(scored.scores)}${markedRows(scored.faults)}}`),
    };
  },

  readTensors: (model, { body }) =>
    readValueCall(model, body, ['instances', 'inputs'], (outputs) => `{"predictions":${printByInstance(outputs)}}`),

  refuse(refusal, requestId) {
    const { status, headers } = headOf(refusal);
    return jsonAnswer(status, JSON.stringify({ error: refusal.message, ...detailsOf(refusal, requestId) }), headers);
  },
};

/** Clients of this protocol send no content type worth looking at. */
function readInstances(model: RowModel, { body }: ReadableCall): CallRows | Refusal {
  const list = onlyListOf(body, 'instances');
  const quick = list && quickRows(model, list, '/instances');
  if (quick !== undefined) return quick;
  const json = readJsonBody(body);
  if ('code' in json) return json;
  const instances = isObject(json.value) ? memberOf(json.value, 'instances') : undefined;
  if (Array.isArray(instances)) return readRecordsOrLists(model, instances, '/instances');
  if (!isObject(json.value)) return refusalOf([malformed('', 'an object with "instances"', json.value)]);
  return refusalOf([malformed('/instances', 'a list of rows', instances)]);
}
