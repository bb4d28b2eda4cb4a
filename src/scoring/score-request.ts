import { randomUUID } from 'node:crypto';
import type { Caller } from '../core/access/rights.ts';
import { codes } from '../core/codes.ts';
import { toScoringError } from '../core/fault.ts';
import { type Ask, callRoute, type JobAsk } from '../core/protocols/call-route.ts';
import { dialects } from '../core/protocols/dialects.ts';
import type { HttpAnswer, HttpCall } from '../core/protocols/http-message.ts';
import { type Refusal, refusal } from '../core/protocols/refusal.ts';
import { Deadline, unwatch } from './deadline.ts';
import { admit } from './http/admit.ts';
import { type AboutAsk, answerAbout } from './http/answer-about.ts';
import { answerJob } from './http/answer-job.ts';
import { answerScore, targetOf, useTarget } from './http/answer-score.ts';
import { compressed, encodingFor } from './http/content-coding.ts';
import type { RequestScoring } from './http/http-scoring.ts';
import type { IncomingCall } from './http/incoming-call.ts';
import { bodyOf } from './http/read-body.ts';
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
    const send = ({ status, headers, body }: HttpAnswer) => {
      const all: Record<string, string> = { ...headers, ...ids.headers };
      if (route.dialect === 'azureMl') all['x-ms-run-fn-exec-ms'] = (performance.now() - started).toFixed(3);
      resolve({ status, headers: all, body });
    };
    const fail = (thrown: unknown) => send(dialect.refuse(refusalOfError(thrown, ids.id, log), ids.id));
    const finish = (answer: HttpAnswer | Refusal) => {
      const written = 'code' in answer ? dialect.refuse(answer, ids.id) : answer;
      const encoding = 'code' in answer ? undefined : encodingFor(call, answer.body.length);
      if (encoding === undefined) send(written);
      else packed(written, encoding).then(send, fail);
    };
    const deadline = new Deadline(scoring.limits.callMs);
    const place = deadline.watch(fail);
    answerRoute(scoring, { route, dialect, call, requestId: ids.id, deadline }).then(
      (answer) => {
        unwatch(place);
        finish(answer);
      },
      (thrown) => {
        unwatch(place);
        fail(thrown);
      },
    );
  });
}

/** What broke inside is for the log; a caller gets no message that nobody wrote for callers. */
function refusalOfError(thrown: unknown, requestId: string, log: Log): Refusal {
  const { code, message } = toScoringError(thrown);
  if (code !== 'internal.unexpected') return refusal(code, message);
  log.error('call failed', { requestId, code, cause: message });
  return refusal(code, codes[code]);
}

/** Who may not call hears so before anybody reads the body or waits for a turn. */
function answerRoute(scoring: RequestScoring, incoming: IncomingCall): Promise<HttpAnswer | Refusal> {
  const { route, call } = incoming;
  const { ask } = route;
  if (ask.kind === 'method not allowed' || ask.kind === 'not found') return Promise.resolve(unserved(ask, call));
  const answer = (caller: Caller | Refusal) => {
    if ('code' in caller) return Promise.resolve(caller);
    return isProbe(ask)
      ? answerAbout(scoring, route.dialect, ask, call, caller)
      : answerInTurn(scoring, incoming, ask, caller);
  };
  const admitted = admit(scoring, route, call);
  return 'then' in admitted ? admitted.then(answer) : answer(admitted);
}

const probes: ReadonlySet<Ask['kind']> = new Set<Ask['kind']>([
  'status',
  'live',
  'ready',
  'server',
  'model ready',
  'ping',
  'version',
  'healthy',
  'options',
]);

/** What costs next to nothing is answered when there is no room for more calls, too: whoever asks whether the app lives must hear it. */
const isProbe = (ask: Ask): ask is AboutAsk => probes.has(ask.kind);

const isJob = (ask: Ask): ask is JobAsk => ask.kind === 'job' || ask.kind === 'job status' || ask.kind === 'job cancel';

/** The time that a call waits for its turn is part of what it may take. */
async function answerInTurn(
  scoring: RequestScoring,
  incoming: IncomingCall,
  ask: Exclude<Ask, { kind: 'method not allowed' | 'not found' }>,
  caller: Caller,
): Promise<HttpAnswer | Refusal> {
  const { gate, limits } = scoring;
  const { route, call, deadline } = incoming;
  const turn = gate.enter();
  let bytes = 0;
  try {
    if (turn !== undefined) await turn;
    if (turn !== undefined && deadline.isOver) throw deadline.error();
    if (isJob(ask)) return await answerJob(scoring, ask, incoming, caller);
    if (ask.kind !== 'score') return await answerAbout(scoring, route.dialect, ask, call, caller);
    const read = bodyOf(call, limits);
    const body = 'then' in read ? await read : read;
    gate.keep(body.length);
    bytes = body.length;
    const target = targetOf(route.dialect, ask.target, call);
    return await useTarget(scoring, target, (model) => answerScore(scoring, model, incoming, body));
  } finally {
    gate.leave(bytes);
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
