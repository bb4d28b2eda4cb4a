import { randomUUID } from 'node:crypto';
import { codes } from '../core/codes.ts';
import { toScoringError } from '../core/fault.ts';
import { type Ask, type CallRoute, callRoute } from '../core/protocols/call-route.ts';
import { dialects } from '../core/protocols/dialects.ts';
import type { HttpAnswer, HttpCall } from '../core/protocols/http-message.ts';
import { type Refusal, refusal } from '../core/protocols/refusal.ts';
import { Deadline } from './deadline.ts';
import { admit } from './http/admit.ts';
import { answerAbout } from './http/answer-about.ts';
import { answerScore, targetOf, useTarget } from './http/answer-score.ts';
import { compressed, encodingFor } from './http/content-coding.ts';
import type { RequestScoring } from './http/http-scoring.ts';
import { requestIdsOf } from './http/request-ids.ts';
import type { Log } from './ports.ts';

/** Answers a call, whatever it is: nothing is thrown. */
export async function scoreRequest(scoring: RequestScoring, call: HttpCall, log: Log): Promise<HttpAnswer> {
  const route = callRoute(call.method, call.path);
  const ids = requestIdsOf(call);
  if ('code' in ids) return dialects[route.dialect].refuse(ids, randomUUID());
  const started = performance.now();
  const answer = await answerSafely(scoring, route, call, ids.id, log);
  const timed = route.dialect === 'azureMl' ? { 'x-ms-run-fn-exec-ms': (performance.now() - started).toFixed(3) } : {};
  return { ...answer, headers: { ...answer.headers, ...ids.headers, ...timed } };
}

async function answerSafely(
  scoring: RequestScoring,
  route: CallRoute,
  call: HttpCall,
  requestId: string,
  log: Log,
): Promise<HttpAnswer> {
  const dialect = dialects[route.dialect];
  try {
    const answer = await answerInTurn(scoring, route, call, requestId);
    if ('code' in answer) return dialect.refuse(answer, requestId);
    const encoding = encodingFor(call.header('accept-encoding'), answer.body.length);
    return encoding === undefined ? answer : await packed(answer, encoding);
  } catch (thrown) {
    const error = toScoringError(thrown);
    const { code } = error;
    if (code === 'internal.unexpected') log.error('call failed', { requestId, code, cause: error.message });
    // What broke inside is for the log; a caller gets no message that nobody wrote for callers.
    return dialect.refuse(refusal(code, code === 'internal.unexpected' ? codes[code] : error.message), requestId);
  }
}

/** The time that a call waits for its turn is part of what it may take. */
async function answerInTurn(
  scoring: RequestScoring,
  route: CallRoute,
  call: HttpCall,
  requestId: string,
): Promise<HttpAnswer | Refusal> {
  const { gate, limits } = scoring;
  const { ask } = route;
  if (ask.kind === 'method not allowed' || ask.kind === 'not found') return unserved(ask, call);
  const deadline = new Deadline(limits.callMs);
  const turn = gate.enter(call.body.length);
  try {
    if (turn !== undefined) {
      await turn;
      if (deadline.isOver) throw deadline.error();
    }
    const admitted = admit(scoring, route, call);
    const caller = 'then' in admitted ? await deadline.meet(admitted) : admitted;
    if ('code' in caller) return caller;
    if (ask.kind !== 'score') return await deadline.meet(answerAbout(scoring, route.dialect, ask, call, caller));
    const score = { dialect: dialects[route.dialect], call, requestId, deadline };
    const target = targetOf(route.dialect, ask.target, call);
    return await deadline.meet(useTarget(scoring, target, (model) => answerScore(scoring, model, score)));
  } finally {
    gate.leave(call.body.length);
  }
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
