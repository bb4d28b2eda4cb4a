import { randomUUID } from 'node:crypto';
import type { Caller } from '../core/access/rights.ts';
import { codes } from '../core/codes.ts';
import { toScoringError } from '../core/fault.ts';
import { type Ask, type CallRoute, callRoute } from '../core/protocols/call-route.ts';
import { dialects } from '../core/protocols/dialects.ts';
import type { HttpAnswer, HttpCall } from '../core/protocols/http-message.ts';
import { type Refusal, refusal } from '../core/protocols/refusal.ts';
import { Deadline, unwatch } from './deadline.ts';
import { admit } from './http/admit.ts';
import { answerAbout } from './http/answer-about.ts';
import { answerScore, targetOf, useTarget } from './http/answer-score.ts';
import { compressed, encodingFor } from './http/content-coding.ts';
import type { RequestScoring } from './http/http-scoring.ts';
import { requestIdsOf } from './http/request-ids.ts';
import type { Log } from './ports.ts';

/** Answers a call, whatever it is and within its time: nothing is thrown. */
export function scoreRequest(scoring: RequestScoring, call: HttpCall, log: Log): Promise<HttpAnswer> {
  const route = callRoute(call.method, call.path);
  const dialect = dialects[route.dialect];
  const ids = requestIdsOf(call);
  if ('code' in ids) return Promise.resolve(dialect.refuse(ids, randomUUID()));
  const started = performance.now();
  return new Promise((resolve) => {
    const finish = ({ status, headers, body }: HttpAnswer) => {
      const all: Record<string, string> = { ...headers, ...ids.headers };
      if (route.dialect === 'azureMl') all['x-ms-run-fn-exec-ms'] = (performance.now() - started).toFixed(3);
      resolve({ status, headers: all, body });
    };
    const fail = (thrown: unknown) => finish(dialect.refuse(refusalOfError(thrown, ids.id, log), ids.id));
    const deadline = new Deadline(scoring.limits.callMs);
    const place = deadline.watch(fail);
    answerInTurn(scoring, route, call, ids.id, deadline, place).then(finish, fail);
  });
}

/** What broke inside is for the log; a caller gets no message that nobody wrote for callers. */
function refusalOfError(thrown: unknown, requestId: string, log: Log): Refusal {
  const { code, message } = toScoringError(thrown);
  if (code !== 'internal.unexpected') return refusal(code, message);
  log.error('call failed', { requestId, code, cause: message });
  return refusal(code, codes[code]);
}

/** The time that a call waits for its turn is part of what it may take. */
async function answerInTurn(
  scoring: RequestScoring,
  route: CallRoute,
  call: HttpCall,
  requestId: string,
  deadline: Deadline,
  place: number,
): Promise<HttpAnswer> {
  const { gate } = scoring;
  const bytes = call.body.length;
  let isIn = false;
  try {
    const turn = gate.enter(bytes);
    isIn = true;
    if (turn !== undefined) await turn;
    if (turn !== undefined && deadline.isOver) throw deadline.error();
    const answer = await answerRoute(scoring, route, call, requestId, deadline);
    if ('code' in answer) return dialects[route.dialect].refuse(answer, requestId);
    const encoding = encodingFor(call.header('accept-encoding'), answer.body.length);
    return encoding === undefined ? answer : await packed(answer, encoding);
  } finally {
    unwatch(place);
    if (isIn) gate.leave(bytes);
  }
}

function answerRoute(
  scoring: RequestScoring,
  route: CallRoute,
  call: HttpCall,
  requestId: string,
  deadline: Deadline,
): Promise<HttpAnswer | Refusal> {
  const { ask } = route;
  if (ask.kind === 'method not allowed' || ask.kind === 'not found') return Promise.resolve(unserved(ask, call));
  const answer = (caller: Caller | Refusal): Promise<HttpAnswer | Refusal> => {
    if ('code' in caller) return Promise.resolve(caller);
    if (ask.kind !== 'score') return answerAbout(scoring, route.dialect, ask, call, caller);
    const score = { dialect: dialects[route.dialect], call, requestId, deadline };
    const target = targetOf(route.dialect, ask.target, call);
    return useTarget(scoring, target, (model) => answerScore(scoring, model, score));
  };
  const admitted = admit(scoring, route, call);
  return 'then' in admitted ? admitted.then(answer) : answer(admitted);
}

function unserved(ask: Extract<Ask, { kind: 'method not allowed' | 'not found' }>, call: HttpCall): Refusal {
  if (ask.kind === 'method not allowed') {
    const message = `Expected method ${ask.allow}, got ${call.method}.`;
    return { ...refusal('method.not_allowed', message), headers: { allow: ask.allow } };
  }
  const path = call.path.length > 200 ? `${call.path.slice(0, 200)}...` : call.path;
  return refusal('route.not_found', `Nothing is served at ${path}. Try POST /models/{name}/score or GET /status.`);
}

/** The answer as the caller likes it packed. */
async function packed(answer: HttpAnswer, encoding: 'gzip' | 'deflate'): Promise<HttpAnswer> {
  const headers = { ...answer.headers, 'content-encoding': encoding, vary: 'accept-encoding' };
  return { ...answer, headers, body: await compressed(encoding, answer.body) };
}
