import { randomBytes } from 'node:crypto';

const w3cTraceParent = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

/** The W3C trace parent of an invocation: it goes on with the caller's trace, or begins one. */
export function traceParentOf(incoming?: string): string {
  const match = incoming === undefined ? null : w3cTraceParent.exec(incoming);
  const ids = randomBytes(24).toString('hex');
  const traceId = match?.[1] ?? ids.slice(0, 32);
  return `00-${traceId}-${ids.slice(32)}-${match?.[2] ?? '00'}`;
}
