import type { OpenFile } from '../scoring/ports.ts';

/**
 * Reads a stretch of a file into memory; `to` is the first byte that is left out. The pieces are copied as they come: each
 * may be used until the next one is asked for.
 * @param signal ends reading when nobody needs the bytes any more
 * @throws {ScoringError} `file.changed`
 */
export async function readRange(
  source: OpenFile,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(to - from);
  let read = 0;
  for await (const piece of source.read(from, to)) {
    signal?.throwIfAborted();
    bytes.set(piece.subarray(0, bytes.length - read), read);
    read = Math.min(bytes.length, read + piece.length);
  }
  return bytes.subarray(0, read);
}
