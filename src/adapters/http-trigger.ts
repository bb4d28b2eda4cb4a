import type { HttpRequest } from '@azure/functions';
import { limits } from '../core/limits.ts';
import type { HttpCall } from '../core/protocols/http-message.ts';

/** The call of an HTTP trigger. */
export async function httpCallOf(request: HttpRequest): Promise<HttpCall> {
  const { headers, method, url } = request;
  return {
    method,
    path: new URL(url).pathname,
    header: (name) => headers.get(name) ?? undefined,
    body: await readBody(request, limits.requestBytesMax + 1),
  };
}

/**
 * The bytes of a body, read from its stream: that costs a sixth of `arrayBuffer()`. Reading ends when there is enough
 * to see that a body is too large.
 */
async function readBody({ body }: HttpRequest, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= bytesMax) break;
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}
