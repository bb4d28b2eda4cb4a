import type { OpenFile } from '../../../src/scoring/ports.ts';

/** A file in memory; `pieceBytes` is what is read of it at once. */
export function openBytes(bytes: Uint8Array, pieceBytes = 1_000): OpenFile {
  return {
    etag: '0x1',
    bytes: bytes.length,
    lastModified: '2026-11-21T03:00:00.000Z',
    read: async function* (from = 0, to = bytes.length) {
      for (let at = from; at < to; at += pieceBytes) yield bytes.subarray(at, Math.min(at + pieceBytes, to));
    },
  };
}
