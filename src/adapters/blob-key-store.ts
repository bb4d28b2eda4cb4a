import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerClient } from '@azure/storage-blob';
import { type AccessKeys, accessKeysText, keysFile, noKeys, parseAccessKeys } from '../core/access/access-keys.ts';
import { ScoringError } from '../core/fault.ts';
import type { KeyStore } from '../scoring/access/key-store.ts';
import { blobFailure, isLostRace } from './blob-failure.ts';
import { readSmallBlob } from './models/blob-files.ts';

/** How often a change is begun anew when others were faster. */
const racesMax = 30;

/** Keys in a blob, `keys.json`. */
export class BlobKeyStore implements KeyStore {
  readonly #container: () => Promise<ContainerClient>;

  /** @param container opens the container when it is first needed */
  constructor(container: () => Promise<ContainerClient>) {
    this.#container = container;
  }

  async read(): Promise<AccessKeys> {
    return (await this.#find()).keys;
  }

  async change(change: (current: AccessKeys) => AccessKeys): Promise<AccessKeys> {
    for (let race = 0; race < racesMax; race++) {
      const { keys, etag } = await this.#find();
      const next = change(keys);
      if (next === keys || (await this.#write(next, etag))) return next;
      await sleep(Math.random() * 20 * (race + 1));
    }
    throw new ScoringError('storage.unavailable', `${keysFile} is changed by too many at once`, { retryable: true });
  }

  async #find(): Promise<{ keys: AccessKeys; etag: string | undefined }> {
    const container = await this.#container();
    const where = `${container.containerName}/${keysFile}`;
    const found = await readSmallBlob(container, keysFile);
    if (found === undefined) return { keys: noKeys, etag: undefined };
    return { keys: keysIn(found.text, where), etag: found.etag };
  }

  /** Writes over the version of this ETag; without one, where none is. @returns false when another was faster */
  async #write(keys: AccessKeys, etag: string | undefined): Promise<boolean> {
    const blob = (await this.#container()).getBlockBlobClient(keysFile);
    const text = accessKeysText(keys);
    try {
      await blob.upload(text, Buffer.byteLength(text), {
        blobHTTPHeaders: { blobContentType: 'application/json' },
        conditions: etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag },
      });
      return true;
    } catch (error) {
      if (isLostRace(error)) return false;
      throw blobFailure(keysFile, error);
    }
  }
}

/** What is wrong is named by its place and never shown: what the blob holds is nobody's business. */
function keysIn(text: string, where: string): AccessKeys {
  const keys = parseAccessKeys(parsed(text));
  if (!Array.isArray(keys)) return keys;
  const places = keys.map(({ path, expected }) => `${path || 'the whole'}: expected ${expected}`).join('; ');
  throw new ScoringError('access.invalid', `${where} is wrong: ${places}`, { retryable: true });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
