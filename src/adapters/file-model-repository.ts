import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, digestOf } from '../core/digest.ts';
import { ScoringError } from '../core/fault.ts';
import { limits } from '../core/limits.ts';
import type { ModelFile, ModelPackage, ModelRepository } from '../scoring/ports.ts';

/** Models in a folder: `<name>/<version>/manifest.json` and the files it names, `<name>/aliases.json`, `routes.json`. */
export class FileModelRepository implements ModelRepository {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async models(): Promise<readonly string[]> {
    const names = await foldersIn(this.#folder);
    return names.filter((name) => /^[a-z0-9][a-z0-9-]*$/.test(name)).sort();
  }

  async versions(model: string): Promise<readonly number[]> {
    const names = await foldersIn(join(this.#folder, model));
    return names
      .filter((name) => /^[1-9]\d*$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  async aliases(model: string): Promise<ReadonlyMap<string, number>> {
    const aliases = await readJson(join(this.#folder, model, 'aliases.json'));
    return new Map(Object.entries((aliases ?? {}) as Record<string, number>));
  }

  async open(name: string, version: number): Promise<ModelPackage> {
    const folder = join(this.#folder, name, String(version));
    const text = await readText(join(folder, 'manifest.json'));
    if (text === undefined) throw notReady(`models/${name}/${version} has no manifest.json`);
    const manifest = parsed(text, `models/${name}/${version}/manifest.json`);
    return { name, version, manifest, manifestDigest: digestOf(text), file: (file) => this.#file(folder, file) };
  }

  async routes(): Promise<unknown> {
    return readJson(join(this.#folder, 'routes.json'));
  }

  async #file(folder: string, name: string): Promise<ModelFile> {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || !found.isFile()) throw notReady(`the file ${name} of the package is missing`);
    if (found.size > limits.modelBytesMax) throw notReady(`${name} is larger than ${limits.modelBytesMax} bytes`);
    return { name, path, digest: await digestOfFile(path) };
  }
}

const notReady = (message: string) => new ScoringError('model.not_ready', message, { retryable: true });

async function digestOfFile(path: string): Promise<Digest> {
  const sum = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) sum.update(chunk);
  return `sha256:${sum.digest('hex')}`;
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function readText(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw notReady(`${path} cannot be read: ${error.message}`);
  });
  if (text !== undefined && text.length > limits.manifestBytesMax) throw notReady(`${path} is too large`);
  return text;
}

async function readJson(path: string): Promise<unknown> {
  const text = await readText(path);
  return text === undefined ? undefined : parsed(text, path);
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notReady(`${what} is not JSON: ${(error as Error).message}`);
  }
}
