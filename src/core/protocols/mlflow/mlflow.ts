import type { Dialect, ReadableCall } from '../dialect.ts';
import { jsonAnswer, textAnswer } from '../http-message.ts';
import { type MediaType, parseMediaType } from '../media-type.ts';
import { detailsOf, headOf, type Refusal, refusal } from '../refusal.ts';
import { readCsv } from '../rows/lines.ts';
import { markedRows } from '../rows/marked-rows.ts';
import { marksRowsOf } from '../rows/marks-rows.ts';
import type { CallRows, RowModel } from '../rows/rows-call.ts';
import { printByName } from '../tensors/print-nested.ts';
import { readValueCall } from '../tensors/value-call.ts';
import { readInvocation } from './read-invocation.ts';

/** MLflow's scoring protocol, which Databricks and SageMaker speak too: `POST /invocations`. */
export const mlflow: Dialect = {
  readRows(model, call) {
    const marksRows = marksRowsOf(call.query);
    if (typeof marksRows === 'object') return marksRows;
    const rows = readBody(model, call);
    if ('code' in rows) return rows;
    return {
      kind: 'rows',
      rows,
      marksRows,
      answer: (scored) =>
        jsonAnswer(200, `{"predictions":${JSON.stringify(scored.scores)}${markedRows(scored.faults)}}`),
    };
  },

  readTensors(model, { header, body }) {
    const media = mediaOf(header('content-type'), ['application/json']);
    if ('code' in media) return media;
    return readValueCall(model, body, ['instances', 'inputs'], (outputs) => `{"predictions":${printByName(outputs)}}`);
  },

  refuse(refused, requestId) {
    const { status, headers } = headOf(refused);
    const details = detailsOf(refused, requestId);
    // This server names a wrong media type in plain text, and its clients expect no JSON there.
    if (status === 415) {
      const answer = textAnswer(status, `${refused.message} (${refused.code}, request ${requestId})\n`);
      return { ...answer, headers: { ...answer.headers, ...headers } };
    }
    const body = { error_code: errorCodes[status] ?? 'INTERNAL_ERROR', message: refused.message, ...details };
    return jsonAnswer(status, JSON.stringify(body), headers);
  },
};

/** The names that MLflow's clients know. */
const errorCodes: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'RESOURCE_DOES_NOT_EXIST',
  405: 'BAD_REQUEST',
  408: 'BAD_REQUEST',
  409: 'RESOURCE_CONFLICT',
  413: 'BAD_REQUEST',
  422: 'INVALID_PARAMETER_VALUE',
  429: 'REQUEST_LIMIT_EXCEEDED',
  431: 'BAD_REQUEST',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'TEMPORARILY_UNAVAILABLE',
};

function readBody(model: RowModel, { header, body }: ReadableCall): CallRows | Refusal {
  const media = mediaOf(header('content-type'), ['application/json', 'text/csv']);
  if ('code' in media) return media;
  return media.type === 'text/csv' ? readCsv(model, body) : readInvocation(model, body);
}

/** The media type of a call, which must be one of these. */
function mediaOf(contentType: string | undefined, types: readonly string[]): MediaType | Refusal {
  const media = parseMediaType(contentType ?? 'application/json');
  const wrong = wrongParameter(media);
  if (wrong !== undefined) return refusal('media_type.unsupported', wrong);
  if (types.includes(media.type)) return media;
  const message = `Expected content type ${types.join(' or ')}, got ${JSON.stringify(media.type)}.`;
  return refusal('media_type.unsupported', message);
}

/** Parameters that change how a body is to be read are refused rather than passed over. */
function wrongParameter({ parameters }: MediaType): string | undefined {
  const [name] = Object.keys(parameters).filter((each) => each !== 'charset');
  if (name !== undefined) return `Expected no parameter ${JSON.stringify(name)} in the content type.`;
  const { charset = 'utf-8' } = parameters;
  return charset === 'utf-8' || charset === 'utf8'
    ? undefined
    : `Expected charset utf-8, got ${JSON.stringify(charset)}.`;
}
