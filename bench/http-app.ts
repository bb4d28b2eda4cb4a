import type { HttpAnswer, HttpCall } from '../src/core/protocols/http-message.ts';
import { CallGate } from '../src/scoring/http/call-gate.ts';
import { usualCallLimits } from '../src/scoring/http/call-limits.ts';
import type { RequestScoring } from '../src/scoring/http/http-scoring.ts';
import type { ModelRegistry } from '../src/scoring/model-registry.ts';
import { scoreRequest } from '../src/scoring/score-request.ts';
import { statusOf } from '../src/scoring/status.ts';
import { noLog, sinkOfNothing } from './empty-ports.ts';

/** Calls an app over a registry, from bytes to bytes. @throws {Error} when the answer is not 200 */
export type CallApp = (
  path: string,
  body: Uint8Array,
  headers?: Readonly<Record<string, string>>,
) => Promise<HttpAnswer>;

export function appOf(registry: ModelRegistry): CallApp {
  const scoring: RequestScoring = {
    registry,
    sink: sinkOfNothing,
    version: 'bench',
    limits: usualCallLimits,
    access: { isAnonymous: true, hasEasyAuth: false, hasDocs: false, keys: async () => new Map() },
    gate: new CallGate(usualCallLimits),
    status: () => statusOf('bench', [], registry),
  };
  return async (path, body, headers = { 'content-type': 'application/json', 'x-request-id': 'bench' }) => {
    const call: HttpCall = { method: 'POST', path, query: '', header: (name) => headers[name], body };
    const answer = await scoreRequest(scoring, call, noLog);
    if (answer.status !== 200) throw new Error(String(answer.body));
    return answer;
  };
}
