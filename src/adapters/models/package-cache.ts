import { rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScoringError } from '../../core/fault.ts';
import { sealFile } from '../../core/manifest/seal.ts';
import type { ModelFile, PackageSeal } from '../../scoring/ports.ts';
import { CacheFolder } from './cache-folder.ts';
import { verifyFolder } from './sealed-folder.ts';

/** Of the space that is free, and that the cache itself takes, this share may be taken when no limit is set. */
const diskShare = 0.8;

export interface CacheOptions {
  /** Where packages lie; a folder of this user in the temporary folder when absent. */
  readonly folder?: string | undefined;
  /** What all packages together may take; a share of the free space when absent. */
  readonly bytesMax?: number | undefined;
}

/** A package whose files are on this machine, as they were sealed. */
export interface CachedPackage {
  readonly files: ReadonlyMap<string, ModelFile>;
  /** Says that the files are not read any more. */
  close(): Promise<void>;
}

/** Where a package comes from. */
export interface PackageOrigin {
  /** How large it is. */
  bytes(): Promise<number>;
  /** Brings all its files, and no others, into an empty folder, and holds each against the seal while it comes. */
  download(folder: string): Promise<void>;
}

/**
 * Packages on this machine's disk, addressed by their digest and shared by its processes. A package is there whole or
 * not at all, and is held against its seal before this process first uses it.
 */
export class PackageCache {
  readonly #folder: CacheFolder;
  readonly #root: string;
  readonly #bytesMax: number | undefined;
  /** Identity of the folders that this process has verified, by digest: one that was replaced is verified again. */
  readonly #verified = new Map<string, { readonly id: string; readonly files: ReadonlyMap<string, ModelFile> }>();

  constructor({ folder, bytesMax }: CacheOptions = {}) {
    this.#root = folder ?? join(tmpdir(), `sluice-models-${process.getuid?.() ?? 'user'}`);
    this.#folder = new CacheFolder(this.#root);
    this.#bytesMax = bytesMax;
  }

  /**
   * Opens a package.
   * @param where what it is, for messages: `models/pump/3`
   * @param origin where it comes from, when it is not here
   * @throws {ScoringError} `package.broken`; `model.not_ready` when there is no room; and as `origin` throws
   */
  async open(seal: PackageSeal, where: string, origin: PackageOrigin): Promise<CachedPackage> {
    const close = await this.#folder.markUse(seal.digest);
    try {
      return { files: (await this.#cached(seal, where)) ?? (await this.#fetch(seal, where, origin)), close };
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** The files, if they are here and as they were sealed. A copy that has gone bad is taken away. */
  async #cached(seal: PackageSeal, where: string): Promise<ReadonlyMap<string, ModelFile> | undefined> {
    const path = this.#folder.pathOf(seal.digest);
    const id = await identityOf(path);
    if (id === undefined) return undefined;
    const verified = this.#verified.get(seal.digest);
    if (verified?.id === id) return verified.files;
    try {
      const files = await verifyFolder(path, seal, where);
      this.#verified.set(seal.digest, { id, files });
      return files;
    } catch {
      await this.#folder.remove(seal.digest);
      return undefined;
    }
  }

  async #fetch(seal: PackageSeal, where: string, origin: PackageOrigin): Promise<ReadonlyMap<string, ModelFile>> {
    await this.#makeRoom(await origin.bytes(), where);
    const part = await this.#folder.newPart(seal.digest);
    try {
      await origin.download(part);
      const isOurs = await this.#folder.keep(part, seal.digest);
      // What was verified while it came is not read once more; what another process brought is.
      if (isOurs) await this.#rememberVerified(seal);
    } finally {
      await rm(part, { recursive: true, force: true });
    }
    const files = await this.#cached(seal, where);
    if (files !== undefined) return files;
    const message = `${where} did not stay on this machine's disk as it was written`;
    throw new ScoringError('package.broken', message, { retryable: true });
  }

  async #rememberVerified(seal: PackageSeal): Promise<void> {
    const folder = this.#folder.pathOf(seal.digest);
    const id = await identityOf(folder);
    if (id === undefined) return;
    const files = new Map<string, ModelFile>();
    for (const [name, digest] of [...seal.files, [sealFile, seal.digest] as const]) {
      const path = join(folder, name);
      files.set(name, { name, path, digest, bytes: (await stat(path)).size });
    }
    this.#verified.set(seal.digest, { id, files });
  }

  /** Removes the packages that were used longest ago until there is room. */
  async #makeRoom(bytes: number, where: string): Promise<void> {
    const cached = await this.#folder.list();
    let held = cached.reduce((sum, each) => sum + each.bytes, 0);
    const bytesMax = this.#bytesMax ?? diskShare * (held + (await freeBytes(this.#root)));
    const oldestFirst = cached.filter(({ isRemovable }) => isRemovable).sort((a, b) => a.usedAtMs - b.usedAtMs);
    for (const { digest, bytes: freed } of oldestFirst) {
      if (held + bytes <= bytesMax) break;
      await this.#folder.remove(digest);
      this.#verified.delete(digest);
      held -= freed;
    }
    if (held + bytes <= bytesMax) return;
    const room = megabytes(Math.max(0, bytesMax - held));
    const message = `${where} takes ${megabytes(bytes)} MB on disk, and the cache has room for ${room} MB (SLUICE_MODEL_CACHE_MB)`;
    throw new ScoringError('model.not_ready', message, { retryable: true });
  }
}

/** Tells a folder from another one of the same name that took its place. */
async function identityOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ? `${found.dev}-${found.ino}-${found.birthtimeMs}` : undefined;
}

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

const megabytes = (bytes: number) => Math.ceil(bytes / (1 << 20));
