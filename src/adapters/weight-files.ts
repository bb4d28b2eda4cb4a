import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeValue, type Fault } from '../core/fault.ts';
import type { GivenFiles } from '../scoring/import/import-ports.ts';
import { readPart } from './file-part.ts';

/** Links are not followed where the system can refuse it at the moment of opening. */
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);
/** What is looked at to tell weights from text. */
const headBytes = 4_096;

/**
 * Reads weights that an ONNX file keeps outside of itself. A model may name any file and so bring it into the package,
 * secrets too: taken is only a plain file in the model's own folder that has no other name (hard link) and is no text.
 */
export const readWeights: GivenFiles['readWeights'] = async (modelPath, location, bytesMax) => {
  const steps = location.split('/');
  const isInside =
    location !== '' && !/[\\:\0]/.test(location) && steps.every((step) => !['', '.', '..'].includes(step));
  if (!isInside) return refused(location, "a relative path inside the model's folder", location);
  const folder = dirname(modelPath);
  for (let depth = 1; depth <= steps.length; depth++) {
    const path = join(folder, ...steps.slice(0, depth));
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) return refused(location, 'a file beside the model', 'nothing at that path');
    if (found.isSymbolicLink()) return refused(location, 'a file that is no symbolic link', 'a symbolic link');
    if (depth < steps.length ? !found.isDirectory() : !found.isFile()) {
      return refused(location, 'a plain file', 'something else');
    }
  }
  return readFrom(join(folder, ...steps), location, bytesMax);
};

async function readFrom(path: string, location: string, bytesMax: number): Promise<Uint8Array | Fault> {
  const file = await open(path, openFlags).catch(() => undefined);
  if (file === undefined) return refused(location, 'a file that can be read', 'no access');
  try {
    const { size, nlink } = await file.stat();
    if (nlink > 1) return refused(location, 'a file with one name', `a hard link, one of ${nlink} names of a file`);
    if (size > bytesMax) return refused(location, `at most ${bytesMax} bytes`, `${size} bytes`);
    const bytes = await readPart(file, 0, size);
    return isText(bytes.subarray(0, headBytes)) ? refused(location, 'weights', 'a file of text') : bytes;
  } finally {
    await file.close();
  }
}

/** Numbers in binary hold bytes that no text has. */
function isText(bytes: Uint8Array): boolean {
  try {
    // A character may be cut at the end: `stream` forgives that.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return text.length > 0 && !/[^\P{Cc}\t\r\n]/u.test(text);
  } catch {
    return false;
  }
}

const refused = (location: string, expected: string, got: string): Fault => ({
  code: 'model.unsupported',
  path: '',
  expected: `external data that stays in the package: ${expected}`,
  got: got === location ? describeValue(location) : `${describeValue(location)}: ${got}`,
});
