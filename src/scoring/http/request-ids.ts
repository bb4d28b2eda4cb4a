import { randomUUID } from 'node:crypto';
import { limits } from '../../core/limits.ts';
import type { HttpCall } from '../../core/protocols/http-message.ts';
import { type Refusal, refusal } from '../../core/protocols/refusal.ts';

/** The ids that a call came with. */
export interface RequestIds {
  /** The one that errors and documents carry. */
  readonly id: string;
  /** Headers that tell the caller. */
  readonly headers: Readonly<Record<string, string>>;
}

const idHeader = 'x-request-id';
const clientHeaders = ['x-ms-client-request-id', 'x-ms-request-id'] as const;
const visible = /^[\x21-\x7e]+$/;

/** Reads the ids of a call; one that names none gets one. */
export function requestIdsOf(call: HttpCall): RequestIds | Refusal {
  const [first, second] = clientHeaders.map((name) => call.header(name));
  const id = call.header(idHeader) ?? first ?? second ?? randomUUID();
  const wrong = wrongId(id) ?? (first && wrongId(first)) ?? (second && wrongId(second));
  if (wrong) return wrong;
  const headers: Record<string, string> = { [idHeader]: id };
  if (first !== undefined) headers[clientHeaders[0]] = first;
  if (second !== undefined) headers[clientHeaders[1]] = second;
  return { id, headers };
}

function wrongId(id: string): Refusal | undefined {
  const { requestIdCharactersMax } = limits;
  if (id.length > requestIdCharactersMax) {
    const message = `Expected a request id of at most ${requestIdCharactersMax} characters, got ${id.length}.`;
    return refusal('request.id_too_long', message);
  }
  if (visible.test(id)) return undefined;
  return refusal('request.malformed_id', 'Expected a request id of visible ASCII characters.');
}
