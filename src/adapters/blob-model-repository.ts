import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerClient } from '@azure/storage-blob';
import type { Aliases } from '../core/aliases/aliases.ts';
import { ScoringError } from '../core/fault.ts';
import { sealFile } from '../core/manifest/seal.ts';
import type { ModelPackage, ModelRepository, PackageSeal } from '../scoring/ports.ts';
import { downloadFile, listBlobs, readSmallBlob } from './models/blob-files.ts';
import { parseJsonFile, readAliases } from './models/json-file.ts';
import type { PackageCache, PackageOrigin } from './models/package-cache.ts';
import { checkSealedNames, checkSize, readSeal } from './models/sealed-folder.ts';
import { sealedPackage } from './models/sealed-package.ts';

/**
 * Published models in a container: `<name>/<version>/<file>`, `<name>/aliases.json`, `routes.json`. A version is there
 * when its `digests.json` is, which is written last. A container that does not exist holds nothing.
 */
export class BlobModelRepository implements ModelRepository {
  readonly #container: () => Promise<ContainerClient>;
  readonly #cache: PackageCache;

  /** @param container opens the container when it is first needed */
  constructor(container: () => Promise<ContainerClient>, cache: PackageCache) {
    this.#container = container;
    this.#cache = cache;
  }

  async models(): Promise<readonly string[]> {
    return [...new Set((await this.#sealed('')).map(({ name }) => name))].sort();
  }

  async versions(model: string): Promise<readonly number[]> {
    const sealed = await this.#sealed(`${model}/`);
    return sealed.map(({ version }) => version).sort((a, b) => a - b);
  }

  async aliases(model: string): Promise<Aliases> {
    const path = `${model}/aliases.json`;
    const found = await readSmallBlob(await this.#container(), path);
    return readAliases(found?.text, `models/${path}`);
  }

  async open(name: string, version: number): Promise<ModelPackage> {
    const container = await this.#container();
    const where = `models/${name}/${version}`;
    const sealed = await readSmallBlob(container, `${name}/${version}/${sealFile}`);
    if (sealed === undefined)
      throw new ScoringError('model.not_ready', `${where} is not published`, { retryable: true });
    const seal = readSeal(sealed.text, where);
    const origin = new BlobPackage(container, `${name}/${version}/`, seal, sealed.text, where);
    const { files, close } = await this.#cache.open(seal, where, origin);
    return { ...(await sealedPackage(name, version, seal, files)), close };
  }

  async routes(): Promise<unknown> {
    const found = await readSmallBlob(await this.#container(), 'routes.json');
    return found === undefined ? undefined : parseJsonFile(found.text, 'models/routes.json');
  }

  async #sealed(prefix: string): Promise<{ name: string; version: number }[]> {
    const blobs = await listBlobs(await this.#container(), prefix);
    return [...blobs.keys()].flatMap((path) => {
      const [, name, version] = sealPath.exec(path) ?? [];
      return name === undefined ? [] : [{ name, version: Number(version) }];
    });
  }
}

const sealPath = /^([a-z0-9][a-z0-9-]{0,62})\/([1-9]\d{0,8})\/digests\.json$/;

/** The files of a published version. */
class BlobPackage implements PackageOrigin {
  readonly #container: ContainerClient;
  readonly #prefix: string;
  readonly #seal: PackageSeal;
  readonly #sealText: string;
  readonly #where: string;

  constructor(container: ContainerClient, prefix: string, seal: PackageSeal, sealText: string, where: string) {
    this.#container = container;
    this.#prefix = prefix;
    this.#seal = seal;
    this.#sealText = sealText;
    this.#where = where;
  }

  async bytes(): Promise<number> {
    const blobs = await listBlobs(this.#container, this.#prefix);
    const names = [...blobs.keys()].map((path) => path.slice(this.#prefix.length));
    checkSealedNames(names, this.#seal.files.keys(), this.#where);
    for (const [path, bytes] of blobs) checkSize(bytes, `models/${path}`);
    return [...blobs.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  async download(folder: string): Promise<void> {
    for (const [name, digest] of this.#seal.files) {
      const blob = this.#container.getBlobClient(`${this.#prefix}${name}`);
      await downloadFile(blob, join(folder, name), digest, `${this.#where}/${name}`);
    }
    await writeFile(join(folder, sealFile), this.#sealText, { flag: 'wx' });
  }
}
