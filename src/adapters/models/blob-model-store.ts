import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { type Aliases, aliasesText } from '../../core/aliases/aliases.ts';
import { type Digest, digestOf } from '../../core/digest.ts';
import { ScoringError } from '../../core/fault.ts';
import { sealFile } from '../../core/manifest/seal.ts';
import { aliasRacesMax, type ModelStore, refuseOtherBytes } from '../../scoring/models/model-store.ts';
import type { ModelFile, ModelPackage, ModelRepository } from '../../scoring/ports.ts';
import { blobFailure, isLostRace, isNotFound, statusOf } from '../blob-failure.ts';
import { readSmallBlob } from './blob-files.ts';
import { readAliases } from './json-file.ts';
import { broken } from './sealed-folder.ts';

const blockBytes = 8 << 20;
const blocksAtOnce = 4;
const json = { blobHTTPHeaders: { blobContentType: 'application/json' } };

/** Publishes into a container of blobs. */
export class BlobModelStore implements ModelStore {
  readonly repository: ModelRepository;
  readonly #container: ContainerClient;

  /** @param repository reads the same container */
  constructor(container: ContainerClient, repository: ModelRepository) {
    this.#container = container;
    this.repository = repository;
  }

  async digestOf(model: string, version: number): Promise<Digest | undefined> {
    const seal = await readSmallBlob(this.#container, `${model}/${version}/${sealFile}`);
    return seal === undefined ? undefined : digestOf(seal.text);
  }

  async publish(
    source: ModelPackage,
    onProgress: (share: number) => void = () => {},
  ): Promise<'published' | 'unchanged'> {
    const where = `models/${source.name}/${source.version}`;
    const { seal } = source;
    if (seal === undefined) throw broken(`${where} is not sealed`);
    const published = await this.digestOf(source.name, source.version);
    if (published !== undefined) return published === seal.digest ? 'unchanged' : refuseOtherBytes(where);
    const files = await Promise.all([...seal.files.keys()].map((name) => source.file(name)));
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    for (const file of files) {
      const blob = this.#container.getBlockBlobClient(`${source.name}/${source.version}/${file.name}`);
      await uploadOnce(blob, file, `${where}/${file.name}`, (bytes) => onProgress((done + bytes) / total));
      done += file.bytes;
    }
    // Last: from now on the version is there.
    const text = await readFile((await source.file(sealFile)).path, 'utf8');
    const blob = this.#container.getBlockBlobClient(`${source.name}/${source.version}/${sealFile}`);
    if (await createBlob(blob, text)) return 'published';
    return (await this.digestOf(source.name, source.version)) === seal.digest ? 'unchanged' : refuseOtherBytes(where);
  }

  async changeAliases(model: string, change: (current: Aliases) => Aliases): Promise<Aliases> {
    const path = `${model}/aliases.json`;
    const blob = this.#container.getBlockBlobClient(path);
    for (let race = 0; race < aliasRacesMax; race++) {
      const found = await readSmallBlob(this.#container, path);
      const current = readAliases(found?.text, `models/${path}`);
      const next = change(current);
      if (next === current || (await createBlob(blob, aliasesText(next), found?.etag))) return next;
      await sleep(Math.random() * 20 * (race + 1));
    }
    throw new ScoringError('storage.unavailable', `models/${path} is moved by too many at once`, { retryable: true });
  }
}

/** Writes a small blob over the version of this ETag; without one, where none is. @returns false when another was faster */
async function createBlob(blob: BlockBlobClient, text: string, etag?: string): Promise<boolean> {
  try {
    const conditions = etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag };
    await blob.upload(text, Buffer.byteLength(text), { ...json, conditions });
    return true;
  } catch (error) {
    if (isLostRace(error)) return false;
    throw blobFailure(blob.name, error);
  }
}

/** Uploads a file, unless the same one is there: left by a publication that was cut short, or by another at the same time. */
async function uploadOnce(
  blob: BlockBlobClient,
  file: ModelFile,
  where: string,
  onProgress: (bytes: number) => void,
): Promise<void> {
  try {
    if (await isThere(blob, file, where)) return;
    await blob.uploadStream(verifiedStream(file, where), blockBytes, blocksAtOnce, {
      conditions: { ifNoneMatch: '*' },
      metadata: { sha256: file.digest.slice('sha256:'.length) },
      onProgress: ({ loadedBytes }) => onProgress(loadedBytes),
    });
  } catch (error) {
    // When two upload the same blob, the first to finish also takes the other's blocks away (400).
    const isRace = isLostRace(error) || statusOf(error) === 400;
    if (isRace && (await isThere(blob, file, where))) return;
    throw blobFailure(where, error);
  }
}

/** @throws {ScoringError} `package.sealed` when another file is there */
async function isThere(blob: BlockBlobClient, file: ModelFile, where: string): Promise<boolean> {
  const found = await blob.getProperties().catch((error) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (found === undefined) return false;
  if (`sha256:${found.metadata?.sha256}` === file.digest) return true;
  const message = `${where} is there already with other bytes, from a publication that is under way or was cut short. Publish another version, or delete the blobs of this one.`;
  throw new ScoringError('package.sealed', message, { retryable: false });
}

/** The bytes of a file; fails at their end when they are not those that were sealed, and the blob is then not written. */
function verifiedStream({ path, digest }: ModelFile, where: string): Readable {
  const sum = createHash('sha256');
  async function* verified() {
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
      sum.update(piece as Buffer);
      yield piece as Buffer;
    }
    if (`sha256:${sum.digest('hex')}` !== digest) throw broken(`${where} changed while it was published`);
  }
  return Readable.from(verified(), { objectMode: false });
}
