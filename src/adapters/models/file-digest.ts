import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Digest, digestOf } from '../../core/digest.ts';

/** Large enough to be quick, small enough that hashing one piece (about 1 ms) holds nobody up. */
const pieceBytes = 1 << 20;

/** A file's size, and its SHA-256, whatever the size. */
export async function measureFile(path: string): Promise<{ bytes: number; digest: Digest }> {
  const { size: bytes } = await stat(path);
  // One piece is read on the spot: each step of a stream would wait for its turn in a busy process.
  if (bytes <= pieceBytes) return { bytes, digest: digestOf(readFileSync(path)) };
  const sum = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) sum.update(piece);
  return { bytes, digest: `sha256:${sum.digest('hex')}` };
}
