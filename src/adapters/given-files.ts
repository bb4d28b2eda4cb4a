import { constants } from 'node:fs';
import { type FileHandle, mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScoringError } from '../core/fault.ts';
import type { GivenFiles, WithScratchFile } from '../scoring/import/import-ports.ts';
import { readPart } from './file-part.ts';
import { readWeights } from './weight-files.ts';

/** Enough to know any kind of model by. */
const glimpseBytes = 64 << 10;
const yamlBytesMax = 1 << 20;

/** Files on this machine. */
export const givenFiles: GivenFiles = {
  async look(path) {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw unreadable(path, error);
    });
    if (found === undefined) return undefined;
    const nothing = new Uint8Array(0);
    if (found.isDirectory()) return { path, head: nothing, tail: nothing, entries: await readdir(path) };
    // A pipe or a device would keep whoever reads it waiting.
    if (!found.isFile()) throw new ScoringError('model.malformed', `${path} is no plain file`, { retryable: false });
    return withFile(path, async (file) => {
      const { size } = await file.stat();
      const length = Math.min(size, glimpseBytes);
      return { path, head: await readPart(file, 0, length), tail: await readPart(file, size - length, length) };
    });
  },

  read: (path, bytesMax) =>
    withFile(path, async (file) => {
      const { size } = await file.stat();
      if (size <= bytesMax) return readPart(file, 0, size);
      throw new ScoringError('model.malformed', `${path} has ${size} bytes, more than ${bytesMax}`, {
        retryable: false,
      });
    }),

  readStart: (path, bytesMax) =>
    withFile(path, async (file) => {
      const { size } = await file.stat();
      return { bytes: await readPart(file, 0, Math.min(size, bytesMax)), isWhole: size <= bytesMax };
    }),

  async readYaml(path) {
    const text = new TextDecoder().decode(await this.read(path, yamlBytesMax));
    const { parse } = await import('yaml');
    try {
      return parse(text, { maxAliasCount: 100 });
    } catch (error) {
      throw unreadable(path, error as Error);
    }
  },

  readWeights,
};

/** Puts bytes into a file of their own in the temporary folder, and takes it away afterwards. */
export const withScratchFile: WithScratchFile = async (bytes, use) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-import-'));
  try {
    const path = join(folder, 'model.onnx');
    await writeFile(path, bytes);
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, constants.O_RDONLY).catch((error: Error) => {
    throw unreadable(path, error);
  });
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

const unreadable = (path: string, error: Error) =>
  new ScoringError('model.malformed', `${path} cannot be read: ${error.message}`, { retryable: false, cause: error });
