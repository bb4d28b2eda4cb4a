import type { Dialect } from '../dialect.ts';
import { jsonAnswer } from '../http-message.ts';
import { preferred } from '../media-type.ts';
import { detailsOf, headOf } from '../refusal.ts';
import { marksRowsOf } from '../rows/marks-rows.ts';
import { printers } from './print-scores.ts';
import { readPlainRows } from './read-plain.ts';

const offered = Object.keys(printers) as [keyof typeof printers, ...(keyof typeof printers)[]];

/** Sluice's own dialect: rows in JSON, NDJSON or CSV to `POST /models/{name}/score`, scores in what Accept names. */
export const plain: Dialect = {
  readRows(model, call) {
    const marksRows = marksRowsOf(call.query);
    if (typeof marksRows === 'object') return marksRows;
    const rows = readPlainRows(model, call);
    if ('code' in rows) return rows;
    const type = preferred(call.header('accept'), offered);
    const answer = { status: 200, headers: { 'content-type': type } };
    return {
      kind: 'rows',
      rows,
      marksRows,
      answer: (scored) => ({ ...answer, body: printers[type](scored, marksRows) }),
    };
  },

  refuse(refusal, requestId) {
    const { status, headers } = headOf(refusal);
    const { code, ...details } = detailsOf(refusal, requestId);
    return jsonAnswer(status, JSON.stringify({ error: { code, message: refusal.message, ...details } }), headers);
  },
};
