import { CallGate } from '../../../src/scoring/http/call-gate.ts';
import { type CallLimits, usualCallLimits } from '../../../src/scoring/http/call-limits.ts';
import type { RequestScoring } from '../../../src/scoring/http/http-scoring.ts';
import type { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import type { Sink } from '../../../src/scoring/ports.ts';
import { statusOf } from '../../../src/scoring/status.ts';
import { MemorySink } from '../memory-ports.ts';

/** An app for calls over HTTP, as the wiring makes it. */
export function requestScoring({
  registry,
  sink = new MemorySink(),
  limits = {},
}: {
  registry: ModelRegistry;
  sink?: Sink;
  limits?: Partial<CallLimits>;
}): RequestScoring {
  const all = { ...usualCallLimits, ...limits };
  const status = () => statusOf('1.2.3', [], registry);
  return { registry, sink, version: '1.2.3', limits: all, gate: new CallGate(all), status };
}
