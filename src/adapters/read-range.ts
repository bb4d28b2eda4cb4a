import type { OpenFile } from '../scoring/ports.ts';

/** Reads a stretch of a file into memory; `to` is the first byte that is left out. @throws {ScoringError} `file.changed` */
export async function readRange(file: OpenFile, from: number, to: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(Math.max(0, to - from));
  let filled = 0;
  for await (const piece of file.read(from, to)) {
    bytes.set(piece, filled);
    filled += piece.length;
  }
  return bytes.subarray(0, filled);
}
