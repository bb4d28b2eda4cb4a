import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Digest } from '../../core/digest.ts';

/** Large enough to be quick, small enough that hashing one piece (about 1 ms) holds nobody up. */
const pieceBytes = 1 << 20;

/** SHA-256 of a file of any size. */
export async function digestOfFile(path: string): Promise<Digest> {
  const sum = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) sum.update(piece);
  return `sha256:${sum.digest('hex')}`;
}
