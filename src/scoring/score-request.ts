import { randomUUID } from 'node:crypto';
import { readJsonRows } from '../core/batch/json-rows.ts';
import { RecordBatch } from '../core/batch/record-batch.ts';
import { codes } from '../core/codes.ts';
import { describeFault, type Fault, pointerTo, ScoringError, toScoringError } from '../core/fault.ts';
import { limits } from '../core/limits.ts';
import type { Score } from '../core/outputs/read-outputs.ts';
import { callRoute } from '../core/protocols/call-route.ts';
import { type HttpAnswer, type HttpCall, jsonAnswer } from '../core/protocols/http-message.ts';
import {
  isJson,
  plainAnswer,
  plainRefusal,
  type Refusal,
  readPlainRequest,
  tooManyRows,
} from '../core/protocols/plain.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { Log, Sink } from './ports.ts';
import { documentOf, scoreBatch } from './score-batch.ts';
import type { Status } from './status.ts';

export interface RequestScoring {
  readonly registry: ModelRegistry;
  /** Where the rows of calls are recorded, when the routes say so. */
  readonly sink: Sink;
  status(): Promise<Status>;
}

/** Answers a call, whatever it is: nothing is thrown. */
export async function scoreRequest(scoring: RequestScoring, call: HttpCall, log: Log): Promise<HttpAnswer> {
  const requestId = call.header('x-request-id') ?? call.header('x-ms-client-request-id') ?? randomUUID();
  if (!/^[\x21-\x7e]+$/.test(requestId) || requestId.length > limits.requestIdCharactersMax) {
    const message = `Expected a request id of 1 to ${limits.requestIdCharactersMax} visible ASCII characters.`;
    return plainRefusal({ code: 'request.malformed_id', message }, randomUUID());
  }
  try {
    return await answer(scoring, call, requestId);
  } catch (thrown) {
    const error = toScoringError(thrown);
    if (error.code === 'internal.unexpected')
      log.error('call failed', { requestId, code: error.code, cause: error.message });
    // What broke inside is for the log; a caller gets no message that nobody wrote for callers.
    const message = error.code === 'internal.unexpected' ? codes[error.code] : error.message;
    return plainRefusal({ code: error.code, message }, requestId);
  }
}

async function answer(scoring: RequestScoring, call: HttpCall, requestId: string): Promise<HttpAnswer> {
  const route = callRoute(call.method, call.path);
  switch (route.kind) {
    case 'status': {
      const status = await scoring.status();
      return jsonAnswer(status.ready ? 200 : 503, `${JSON.stringify(status, null, 2)}\n`, {
        'x-request-id': requestId,
      });
    }
    case 'score':
      return scoring.registry.use(route.model, (model) => answerScore(scoring, model, call, requestId));
    case 'method not allowed': {
      const message = `Expected method ${route.allow}, got ${call.method}.`;
      return plainRefusal({ code: 'method.not_allowed', message, headers: { allow: route.allow } }, requestId);
    }
    case 'not found': {
      const message = `Nothing is served at ${call.path}. Try POST /models/{name}/score or GET /status.`;
      return plainRefusal({ code: 'route.not_found', message }, requestId);
    }
  }
}

async function answerScore(
  scoring: RequestScoring,
  model: LoadedModel,
  call: HttpCall,
  requestId: string,
): Promise<HttpAnswer> {
  if (call.body.length > limits.requestBytesMax) {
    const message = `Expected a body of at most ${limits.requestBytesMax} bytes, got more.`;
    return plainRefusal({ code: 'body.too_large', message }, requestId);
  }
  const batch = readRows(model, call.header('content-type'), call.body);
  if ('code' in batch) return plainRefusal(batch, requestId);
  const { scores, faults } = await scoreBatch(model, batch);
  if (faults.size > 0) {
    const listed = new Map([...faults].map(([row, fault]) => [row, [fault]]));
    return plainRefusal(
      refusalOf(listed, (row) => pointerTo(row)),
      requestId,
    );
  }
  if (await scoring.registry.recordsCalls()) await record(scoring.sink, model, batch, scores as Score[], requestId);
  const { name, version } = model.manifest;
  return plainAnswer({ name, version, digest: model.digest }, scores as Score[], requestId);
}

/** A row is rarely smaller: room for the rows of a body is made at once. */
const rowBytesGuess = 128;

/** The rows of a body, or why the call is refused. */
function readRows(model: LoadedModel, contentType: string | undefined, body: Uint8Array): RecordBatch | Refusal {
  const quick = new RecordBatch(model.layout, Math.ceil(body.length / rowBytesGuess));
  if (isJson(contentType) && model.jsonBytes.appendRecords(quick, body)) return tooManyRows(quick.length) ?? quick;
  const request = readPlainRequest(contentType, body);
  if ('code' in request) return request;
  const { batch, faults } = readJsonRows(model.layout, model.appendJsonRow, request.rows);
  return faults.size === 0 ? batch : refusalOf(faults, request.pointerOf);
}

/** All faults of all rows, each with its place in the body. */
function refusalOf(faults: ReadonlyMap<number, readonly Fault[]>, pointerOf: (row: number) => string): Refusal {
  const placed = [...faults].flatMap(([row, list]) =>
    list.map((fault) => ({ ...fault, path: `${pointerOf(row)}${fault.path}` })),
  );
  const [first] = placed as [Fault];
  const more = placed.length === 1 ? '' : ` (and ${placed.length - 1} more)`;
  return { code: first.code, message: `${describeFault(first)}${more}.`, faults: placed };
}

/** Writes the rows as documents; their ids come from the request id, so that a repeated call writes nothing twice. */
async function record(
  sink: Sink,
  model: LoadedModel,
  batch: RecordBatch,
  scores: readonly Score[],
  requestId: string,
): Promise<void> {
  const documents = scores.map((score, row) =>
    documentOf(model, batch, row, score, { kind: 'http', requestId, row }, requestId, batch.keys[row]),
  );
  for (const result of await sink.write(documents)) {
    if (result.kind === 'error') throw result.error;
    if (result.kind === 'fault') {
      throw new ScoringError(result.fault.code, `${codes[result.fault.code]} ${describeFault(result.fault)}.`, {
        retryable: false,
      });
    }
  }
}
