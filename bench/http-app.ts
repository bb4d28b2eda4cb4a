import type { HttpAnswer } from '../src/core/protocols/http-message.ts';
import { CallGate } from '../src/scoring/http/call-gate.ts';
import { usualCallLimits } from '../src/scoring/http/call-limits.ts';
import type { RequestScoring } from '../src/scoring/http/http-scoring.ts';
import type { ModelRegistry } from '../src/scoring/model-registry.ts';
import { scoreRequest } from '../src/scoring/score-request.ts';
import { statusOf } from '../src/scoring/status.ts';
import { noLog, sinkOfNothing } from './empty-ports.ts';

/** Calls an app over a registry, from bytes to bytes. */
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
  return (path, body, headers = { 'content-type': 'application/json', 'x-request-id': 'bench' }) => {
    const header = (name: string) => headers[name];
    return scoreRequest(scoring, { method: 'POST', path, query: '', header, readBody: () => body }, noLog);
  };
}
