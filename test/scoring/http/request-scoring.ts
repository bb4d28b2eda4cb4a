import type { CallAccess } from '../../../src/scoring/access/call-access.ts';
import { CallGate } from '../../../src/scoring/http/call-gate.ts';
import { type CallLimits, usualCallLimits } from '../../../src/scoring/http/call-limits.ts';
import type { RequestScoring } from '../../../src/scoring/http/http-scoring.ts';
import type { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import type { Sink } from '../../../src/scoring/ports.ts';
import { statusOf } from '../../../src/scoring/status.ts';
import { MemorySink } from '../memory-ports.ts';

/** As on the local twin. */
const open: CallAccess = { isAnonymous: true, hasEasyAuth: false, hasDocs: true, keys: async () => new Map() };

/** An app for calls over HTTP, as the wiring makes it. */
export function requestScoring({
  registry,
  sink = new MemorySink(),
  limits = {},
  access = {},
}: {
  registry: ModelRegistry;
  sink?: Sink;
  limits?: Partial<CallLimits>;
  access?: Partial<CallAccess>;
}): RequestScoring {
  const all = { ...usualCallLimits, ...limits };
  const status = () => statusOf('1.2.3', [], registry);
  const gate = new CallGate(all);
  return { registry, sink, version: '1.2.3', limits: all, gate, access: { ...open, ...access }, status };
}
