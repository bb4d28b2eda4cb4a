import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../core/digest.ts';

/**
 * The folder of cached packages, which the processes of a machine share. A package lies in `<hex>`, named by its digest;
 * beside it, `<hex>.<pid>.<random>.<kind>` says what a process is doing with it: `part` is a download that is not whole
 * yet, `use` says that it is being read, `gone` is what is being removed.
 */
export class CacheFolder {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  pathOf(digest: Digest): string {
    return join(this.#root, hexOf(digest));
  }

  /** An empty folder for a download. */
  async newPart(digest: Digest): Promise<string> {
    const path = this.#ownPath(hexOf(digest), 'part');
    await mkdir(path, { recursive: true, mode: 0o700 });
    return path;
  }

  /** Makes a whole download the package of its digest. @returns false when another process was faster */
  async keep(part: string, digest: Digest): Promise<boolean> {
    try {
      await rename(part, this.pathOf(digest));
      return true;
    } catch (error) {
      if (!(await exists(this.pathOf(digest)))) throw error;
      await rm(part, { recursive: true, force: true });
      return false;
    }
  }

  /** Says that a package is being read. @returns what takes the word back */
  async markUse(digest: Digest): Promise<() => Promise<void>> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    const mark = this.#ownPath(hexOf(digest), 'use');
    await writeFile(mark, '');
    // The time of the folder is when it was used last.
    await utimes(this.pathOf(digest), new Date(), new Date()).catch(() => {});
    return () => rm(mark, { force: true });
  }

  /** Takes a package away: at once out of everyone's sight, then from the disk. */
  async remove(digest: Digest): Promise<void> {
    const hex = hexOf(digest);
    const gone = this.#ownPath(hex, 'gone');
    await rename(join(this.#root, hex), gone).catch(() => {});
    await rm(gone, { recursive: true, force: true });
  }

  /** What lies there. What dead processes left behind is removed on the way. */
  async list(): Promise<CachedFolder[]> {
    const names = await readdir(this.#root).catch(() => []);
    const notes = names.flatMap((name) => noteOf(name) ?? []);
    const dead = notes.filter(({ pid }) => !isAlive(pid));
    await Promise.all(dead.map(({ name }) => rm(join(this.#root, name), { recursive: true, force: true })));
    const alive = notes.filter(({ pid }) => isAlive(pid));
    const packages = await Promise.all(
      names.filter((name) => /^[0-9a-f]{64}$/.test(name)).map((hex) => this.#measure(hex, hex)),
    );
    const parts = alive.filter(({ kind }) => kind === 'part').map(({ name, hex }) => this.#measure(name, hex));
    const used = new Set(alive.filter(({ kind }) => kind === 'use').map(({ hex }) => hex));
    return [
      ...packages.map((each) => ({ ...each, isRemovable: !used.has(hexOf(each.digest)) })),
      ...(await Promise.all(parts)).map((each) => ({ ...each, isRemovable: false })),
    ];
  }

  async #measure(name: string, hex: string): Promise<Omit<CachedFolder, 'isRemovable'>> {
    const path = join(this.#root, name);
    const files = await readdir(path).catch(() => []);
    const sizes = await Promise.all(files.map((file) => stat(join(path, file)).catch(() => undefined)));
    const usedAtMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
    return { digest: `sha256:${hex}`, usedAtMs, bytes: sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0) };
  }

  #ownPath(hex: string, kind: Note['kind']): string {
    return join(this.#root, `${hex}.${process.pid}.${randomBytes(6).toString('hex')}.${kind}`);
  }
}

export interface CachedFolder {
  readonly digest: Digest;
  readonly bytes: number;
  readonly usedAtMs: number;
  /** Nobody reads it, and it is whole. */
  readonly isRemovable: boolean;
}

interface Note {
  readonly name: string;
  readonly hex: string;
  readonly pid: number;
  readonly kind: 'part' | 'use' | 'gone';
}

function noteOf(name: string): Note | undefined {
  const match = /^([0-9a-f]{64})\.(\d+)\.[0-9a-f]+\.(part|use|gone)$/.exec(name);
  if (match === null) return undefined;
  const [, hex = '', pid, kind] = match;
  return { name, hex, pid: Number(pid), kind: kind as Note['kind'] };
}

const hexOf = (digest: Digest) => digest.slice('sha256:'.length);

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
