/**
 * Reads a small picture, so that the library is there, then the one that is named by its path; says what that cost. A
 * process of its own: only its own work and memory are counted.
 */
import { openAsBlob, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import sharp from 'sharp';
import { readPicture } from '../../../src/adapters/pictures/read-pictures.ts';
import { imageSchema } from '../../../src/core/manifest/image.ts';
import type { OpenFile } from '../../../src/scoring/ports.ts';
import { openBytes } from '../parquet/stored-file.ts';

const spec = imageSchema.parse({ input: 'x', width: 4, height: 2 });

/** What became of the picture, and what that cost. */
export interface Refused {
  readonly code: string | undefined;
  readonly processorMs: number;
  /** The most memory that was taken at any time since, more than before. */
  readonly memoryBytes: number;
}

async function read(file: OpenFile): Promise<string | undefined> {
  for await (const piece of readPicture(file, 'a.png', spec)) return 'fault' in piece ? piece.fault.code : 'read';
  return undefined;
}

async function storedFile(path: string): Promise<OpenFile> {
  const [{ size }, bytes] = await Promise.all([stat(path), openAsBlob(path)]);
  const range = (from = 0, to = size) => bytes.slice(from, to).stream() as AsyncIterable<Uint8Array>;
  return { etag: '0x1', bytes: size, lastModified: '2026-11-21T03:00:00.000Z', read: range };
}

/** On Linux `maxRSS` begins with what the parent held when it forked this process; the mark here begins with the program. */
function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1_024;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1_024;
}

const small = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
  .png()
  .toBuffer();
await read(openBytes(small));
const file = await storedFile(process.argv[2]!);
const memory = process.memoryUsage().rss;
const processor = process.cpuUsage();
const code = await read(file);
const { user, system } = process.cpuUsage(processor);
const memoryBytes = Math.max(process.memoryUsage().rss, peakBytes()) - memory;
process.send?.({ code, processorMs: (user + system) / 1_000, memoryBytes } satisfies Refused);
