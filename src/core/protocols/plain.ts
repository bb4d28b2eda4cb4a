import { type Code, codes } from '../codes.ts';
import { describeFault, type Fault, pointerTo } from '../fault.ts';
import { parseJson } from '../formats/json-text.ts';
import { limits } from '../limits.ts';
import type { Score } from '../outputs/read-outputs.ts';
import { type HttpAnswer, jsonAnswer } from './http-message.ts';
import { httpStatusOf } from './status-codes.ts';

/**
 * Sluice's own dialect: `POST /models/{name}/score` with rows as JSON.
 *
 *     {"type": "L", "torque": 42.8}                    one row
 *     [{"type": "L", "torque": 42.8}, ...]             rows
 *     {"rows": [{"type": "L", "torque": 42.8}, ...]}   rows
 *
 * answers `{"model", "version", "modelDigest", "scores": [...]}` with a score for each row, in order.
 */
export interface PlainRequest {
  readonly rows: readonly unknown[];
  /** Where row `i` stands in the body. */
  pointerOf(row: number): string;
}

/** What is wrong with a call as a whole, or with some of its rows. */
export interface Refusal {
  readonly code: Code;
  readonly message: string;
  readonly faults?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A body may carry rows under this name, unless its model has a feature called so. */
const rowsKey = 'rows';

/** Whether a body of this content type is JSON; a call that names none is taken at its word. */
export const isJson = (contentType: string | undefined): boolean =>
  contentType === undefined ||
  contentType === 'application/json' ||
  /^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(contentType);

/**
 * Reads a call's rows.
 * @param contentType the header, where the caller sent one
 */
export function readPlainRequest(contentType: string | undefined, body: Uint8Array): PlainRequest | Refusal {
  if (!isJson(contentType)) {
    return { code: 'media_type.unsupported', message: `Expected content type application/json, got ${contentType}.` };
  }
  const json = parseJson(body);
  if ('fault' in json)
    return { code: json.fault.code, message: `The body: ${describeFault(json.fault)}.`, faults: [json.fault] };
  const { value } = json;
  const wrapped = typeof value === 'object' && value !== null && Object.hasOwn(value, rowsKey) ? value : undefined;
  const inside = (wrapped as Record<string, unknown> | undefined)?.[rowsKey];
  const request: PlainRequest = Array.isArray(value)
    ? { rows: value, pointerOf: (row) => pointerTo(row) }
    : Array.isArray(inside)
      ? { rows: inside, pointerOf: (row) => pointerTo(rowsKey, row) }
      : { rows: [value], pointerOf: () => '' };
  if (request.rows.length === 0) return { code: 'record.empty', message: codes['record.empty'] };
  return tooManyRows(request.rows.length) ?? request;
}

/** The refusal of a call with more rows than a call may have. */
export function tooManyRows(rows: number): Refusal | undefined {
  if (rows <= limits.requestRowsMax) return undefined;
  return { code: 'request.too_many_rows', message: `Expected at most ${limits.requestRowsMax} rows, got ${rows}.` };
}

/** The answer to a call whose rows were all scored. */
export function plainAnswer(
  model: { name: string; version: number; digest: string },
  scores: readonly Score[],
  requestId: string,
): HttpAnswer {
  const head = `{"model":${JSON.stringify(model.name)},"version":${model.version},"modelDigest":"${model.digest}"`;
  return jsonAnswer(200, `${head},"scores":${JSON.stringify(scores)}}`, { 'x-request-id': requestId });
}

/** The answer to a call that is refused: what, where, expected, got. It repeats no payload beyond the wrong values. */
export function plainRefusal({ code, message, faults = [], headers = {} }: Refusal, requestId: string): HttpAnswer {
  const shown = faults.slice(0, limits.requestFaultsMax);
  const error = {
    code,
    message,
    requestId,
    ...(shown.length === 0 ? undefined : { faults: shown }),
    ...(faults.length > shown.length ? { faultsNotShown: faults.length - shown.length } : undefined),
  };
  const status = httpStatusOf(code);
  const retry: Record<string, string> = status === 503 ? { 'retry-after': '5' } : {};
  return jsonAnswer(status, JSON.stringify({ error }), { ...retry, ...headers, 'x-request-id': requestId });
}
