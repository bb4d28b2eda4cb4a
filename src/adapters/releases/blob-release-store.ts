import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerClient } from '@azure/storage-blob';
import {
  emptyHistory,
  type History,
  packagePath,
  parseHistory,
  type Release,
  releaseAt,
  releaseName,
} from '../../core/releases/release.ts';
import type { ReleaseStore } from '../../scoring/releases/release-ports.ts';
import { blobFailure, isLostRace, isNotFound, statusOf } from '../blob-failure.ts';
import { listBlobs, readSmallBlob } from '../models/blob-files.ts';

const historyBlob = 'deployments.json';
const racesMax = 10;
/** A role that was just given holds after some minutes only. */
const roleWaits = { times: 20, ms: 15_000 } as const;

/** Packages in a container of blobs: `<version>/<digest>.zip`, never overwritten, and `deployments.json`. */
export class BlobReleaseStore implements ReleaseStore {
  readonly #container: ContainerClient;
  readonly #onWait: (line: string) => void;

  /** @param onWait told while a role that is new does not hold yet */
  constructor(container: ContainerClient, onWait: (line: string) => void = () => {}) {
    this.#container = container;
    this.#onWait = onWait;
  }

  /**
   * Resolves when the container answers this identity: the first deployment comes right after its roles were given.
   * @throws {ScoringError} what it answers at last
   */
  async untilAllowed(): Promise<void> {
    for (let wait = 1; ; wait++) {
      try {
        await this.#container.getProperties();
        return;
      } catch (error) {
        if (statusOf(error) !== 403 || wait > roleWaits.times) throw blobFailure(this.#container.containerName, error);
      }
      this.#onWait(`The account of packages does not let you in yet (${wait} of ${roleWaits.times})`);
      await sleep(roleWaits.ms);
    }
  }

  async keep(release: Release, zip: Uint8Array): Promise<void> {
    const blob = this.#container.getBlockBlobClient(packagePath(release));
    try {
      await blob.uploadData(zip, {
        conditions: { ifNoneMatch: '*' },
        blobHTTPHeaders: { blobContentType: 'application/zip' },
      });
    } catch (error) {
      // Its name is its digest: what is there is the same.
      if (!isLostRace(error)) throw blobFailure(blob.name, error);
    }
  }

  async read(release: Release): Promise<Buffer> {
    const blob = this.#container.getBlobClient(packagePath(release));
    let zip: Buffer;
    try {
      zip = await blob.downloadToBuffer();
    } catch (error) {
      if (isNotFound(error)) throw new Error(`The package of ${releaseName(release)} is not kept.`);
      throw blobFailure(blob.name, error);
    }
    if (hash('sha256', zip, 'hex') === release.sha256) return zip;
    throw new Error(`The package of ${releaseName(release)} is not as its name says: its SHA-256 differs.`);
  }

  async list(): Promise<readonly Release[]> {
    const blobs = await listBlobs(this.#container, '');
    return [...blobs.keys()].map(releaseAt).filter((release) => release !== undefined);
  }

  async history(): Promise<History> {
    return (await this.#historyNow()).history;
  }

  async changeHistory(change: (current: History) => History): Promise<History> {
    const blob = this.#container.getBlockBlobClient(historyBlob);
    for (let race = 0; race < racesMax; race++) {
      const { history, etag } = await this.#historyNow();
      const next = change(history);
      const text = `${JSON.stringify(next, null, 2)}\n`;
      try {
        const conditions = etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag };
        await blob.upload(text, Buffer.byteLength(text), {
          conditions,
          blobHTTPHeaders: { blobContentType: 'application/json' },
        });
        return next;
      } catch (error) {
        if (!isLostRace(error)) throw blobFailure(historyBlob, error);
      }
      await sleep(Math.random() * 20 * (race + 1));
    }
    throw new Error(`${historyBlob} is changed by too many at once.`);
  }

  async #historyNow(): Promise<{ history: History; etag: string | undefined }> {
    const found = await readSmallBlob(this.#container, historyBlob);
    if (found === undefined) return { history: emptyHistory, etag: undefined };
    const history = parseHistory(JSON.parse(found.text));
    if (Array.isArray(history)) {
      const [{ path, expected, got } = { path: '', expected: '', got: '' }] = history;
      throw new Error(`${historyBlob} is broken at ${path}: expected ${expected}, got ${got}.`);
    }
    return { history, etag: found.etag };
  }
}
