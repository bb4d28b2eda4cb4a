import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Aliases } from '../core/aliases/aliases.ts';
import { digestOf } from '../core/digest.ts';
import { ScoringError } from '../core/fault.ts';
import { limits } from '../core/limits.ts';
import { sealFile } from '../core/manifest/seal.ts';
import type { ModelFile, ModelPackage, ModelRepository } from '../scoring/ports.ts';
import { digestOfFile } from './models/file-digest.ts';
import { parseJsonFile, readAliases, readSmallFile } from './models/json-file.ts';
import { readSeal, verifyFolder } from './models/sealed-folder.ts';
import { missingFile, sealedPackage } from './models/sealed-package.ts';

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
    const folder = join(this.#folder, model);
    const versions = (await foldersIn(folder)).filter((name) => /^[1-9]\d{0,8}$/.test(name));
    const sealed = versions.filter((version) => existsSync(join(folder, version, sealFile)));
    // Where nothing is sealed, whoever tries to load an open version can say what is missing.
    return (sealed.length > 0 ? sealed : versions).map(Number).sort((a, b) => a - b);
  }

  async aliases(model: string): Promise<Aliases> {
    return readAliases(await this.#text(`${model}/aliases.json`), `models/${model}/aliases.json`);
  }

  async open(name: string, version: number): Promise<ModelPackage> {
    const where = `models/${name}/${version}`;
    const folder = join(this.#folder, name, String(version));
    const sealed = await readSmallFile(join(folder, sealFile), `${where}/${sealFile}`);
    if (sealed === undefined) return this.#openVersion(name, version);
    const seal = readSeal(sealed, where);
    return sealedPackage(name, version, seal, await verifyFolder(folder, seal, where));
  }

  async routes(): Promise<unknown> {
    const text = await this.#text('routes.json');
    return text === undefined ? undefined : parseJsonFile(text, 'models/routes.json');
  }

  #text(path: string): Promise<string | undefined> {
    return readSmallFile(join(this.#folder, path), `models/${path}`);
  }

  /** A version that is still worked on: its files are what they are. */
  async #openVersion(name: string, version: number): Promise<ModelPackage> {
    const path = `${name}/${version}/manifest.json`;
    const text = await this.#text(path);
    if (text === undefined) throw notReady(`models/${name}/${version} has no manifest.json`);
    const manifest = parseJsonFile(text, `models/${path}`);
    const folder = join(this.#folder, name, String(version));
    return {
      name,
      version,
      seal: undefined,
      manifest,
      manifestDigest: digestOf(text),
      file: (file) => openFile(folder, file),
    };
  }
}

const notReady = (message: string) => new ScoringError('model.not_ready', message, { retryable: true });

async function openFile(folder: string, name: string): Promise<ModelFile> {
  const path = join(folder, name);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) throw missingFile(name);
  if (found.size > limits.modelBytesMax) throw notReady(`${name} is larger than ${limits.modelBytesMax} bytes`);
  return { name, path, digest: await digestOfFile(path, found.size), bytes: found.size };
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
