import type { IncomingMessage } from 'node:http';

/** Why a body is not read to its end: the status of the answer. */
export type BodyRefusal = 413 | 408;

const empty = Buffer.alloc(0);

/** As Kestrel has them, the server of the Functions host: whoever sends less than this on average after a while is cut off. */
const slowestBytesPerSecond = 240;
const graceMs = 5_000;
const watchMs = 1_000;

/**
 * Reads the body of a call, with a length in its head or in chunks.
 * @returns the bytes, or a status as soon as there are more than `bytesMax` or they come too slowly
 * @throws {Error} when the caller breaks off
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | BodyRefusal> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (length === undefined && encoding === undefined) return Promise.resolve(empty);
  if (Number(length ?? 0) > bytesMax) return Promise.resolve(413);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const startedMs = performance.now();
    const watch = setInterval(() => {
      const tookMs = performance.now() - startedMs;
      if (tookMs > graceMs && bytes < (slowestBytesPerSecond * tookMs) / 1_000) resolve(408);
    }, watchMs);
    const end = () => clearInterval(watch);
    request.once('close', end).once('end', end);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) resolve(413);
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.once('error', reject);
  });
}
