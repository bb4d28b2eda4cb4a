import type { HttpRequest } from '@azure/functions';
import type { HttpCall } from '../core/protocols/http-message.ts';

/** The call of an HTTP trigger. */
export function httpCallOf(request: HttpRequest): HttpCall {
  const { headers, method, url } = request;
  const { pathname, search } = new URL(url);
  return {
    method,
    path: pathname,
    query: search.slice(1),
    header: (name) => headers.get(name) ?? undefined,
    readBody: (bytesMax) => readBody(request, bytesMax + 1),
  };
}

/**
 * The bytes of a body, read from its stream: that costs a sixth of `arrayBuffer()`. Reading ends when there is enough
 * to see that a body is too large.
 */
async function readBody({ body }: HttpRequest, bytesEnough: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= bytesEnough) break;
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}
