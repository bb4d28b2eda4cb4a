import type { IncomingMessage } from 'node:http';

const empty = Buffer.alloc(0);

/**
 * Reads the body of a call, with a length in its head or in chunks.
 * @returns the bytes, or undefined as soon as there are more than `bytesMax`
 * @throws {Error} when the caller breaks off
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (length === undefined && encoding === undefined) return Promise.resolve(empty);
  if (Number(length ?? 0) > bytesMax) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) resolve(undefined);
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', reject);
  });
}
