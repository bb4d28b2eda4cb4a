import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { type Digest, digestOf } from '../../core/digest.ts';

/** Large enough to be quick, small enough that hashing one piece (about 1 ms) holds nobody up. */
const pieceBytes = 1 << 20;

/**
 * SHA-256 of a file of any size.
 * @param bytes its size
 */
export async function digestOfFile(path: string, bytes: number): Promise<Digest> {
  // One piece is read on the spot: each step of a stream would wait for its turn in a busy process.
  if (bytes <= pieceBytes) return digestOf(readFileSync(path));
  const sum = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) sum.update(piece);
  return `sha256:${sum.digest('hex')}`;
}
