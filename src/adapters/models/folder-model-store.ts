import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Aliases, aliasesText } from '../../core/aliases/aliases.ts';
import { type Digest, digestOf } from '../../core/digest.ts';
import { ScoringError } from '../../core/fault.ts';
import { sealFile } from '../../core/manifest/seal.ts';
import { type ModelStore, refuseOtherBytes } from '../../scoring/models/model-store.ts';
import type { ModelPackage } from '../../scoring/ports.ts';
import { FileModelRepository } from '../file-model-repository.ts';
import { readSmallFile } from './json-file.ts';
import { broken, verifyFolder } from './sealed-folder.ts';

/** A lock that is older was left by a process that died: a change takes milliseconds. */
const lockAgeMaxMs = 10_000;
const lockPollMs = 10;

/** Publishes into a folder. */
export class FolderModelStore implements ModelStore {
  readonly repository: FileModelRepository;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.repository = new FileModelRepository(folder);
  }

  async digestOf(model: string, version: number): Promise<Digest | undefined> {
    const path = `${model}/${version}/${sealFile}`;
    const text = await readSmallFile(join(this.#folder, path), `models/${path}`);
    return text === undefined ? undefined : digestOf(text);
  }

  async publish(
    source: ModelPackage,
    onProgress: (share: number) => void = () => {},
  ): Promise<'published' | 'unchanged'> {
    const { name, version, seal } = source;
    const where = `models/${name}/${version}`;
    if (seal === undefined) throw broken(`${where} is not sealed`);
    const target = join(this.#folder, name, String(version));
    const part = join(this.#folder, name, `.${version}.${randomBytes(6).toString('hex')}.part`);
    if (!(await isThere(target))) {
      await mkdir(part, { recursive: true });
      try {
        const names = [...seal.files.keys(), sealFile];
        for (const [i, file] of names.entries()) {
          await copyFile((await source.file(file)).path, join(part, file));
          onProgress((i + 1) / names.length);
        }
        await verifyFolder(part, seal, where);
        // Whole at once; another that was faster is compared with below.
        if (await moved(part, target)) return 'published';
      } finally {
        await rm(part, { recursive: true, force: true });
      }
    }
    return (await this.digestOf(name, version)) === seal.digest ? 'unchanged' : refuseOtherBytes(where);
  }

  async changeAliases(model: string, change: (current: Aliases) => Aliases): Promise<Aliases> {
    const path = join(this.#folder, model, 'aliases.json');
    const unlock = await lock(`${path}.lock`, `models/${model}/aliases.json`);
    try {
      const current = await this.repository.aliases(model);
      const next = change(current);
      if (next === current) return current;
      await writeFile(`${path}.new`, aliasesText(next));
      await rename(`${path}.new`, path);
      return next;
    } finally {
      await unlock();
    }
  }
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** @returns false when something is there already */
async function moved(part: string, target: string): Promise<boolean> {
  try {
    await rename(part, target);
    return true;
  } catch (error) {
    if (await isThere(target)) return false;
    throw error;
  }
}

/** Takes a lock that all processes of this machine see. @returns what gives it back */
async function lock(path: string, what: string): Promise<() => Promise<void>> {
  const deadline = performance.now() + 2 * lockAgeMaxMs;
  while (performance.now() < deadline) {
    const error = await writeFile(path, '', { flag: 'wx' }).then(
      () => undefined,
      (thrown: NodeJS.ErrnoException) => thrown,
    );
    if (error === undefined) return () => rm(path, { force: true });
    if (error.code !== 'EEXIST') throw error;
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > lockAgeMaxMs) await rm(path, { force: true });
    else await sleep(lockPollMs);
  }
  throw new ScoringError('storage.unavailable', `${what} is locked by another process`, { retryable: true });
}
