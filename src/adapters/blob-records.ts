import type { ContainerClient } from '@azure/storage-blob';
import type { ListOptions, StoredPage, StoredRecords, VersionedRecord } from '../scoring/parked/stored-records.ts';
import { isLostRace, isNotFound } from './blob-failure.ts';
import { JsonBlobs } from './json-blobs.ts';

/** Records as one blob of JSON each. */
export class BlobRecords<Stored> implements StoredRecords<Stored> {
  readonly #blobs: JsonBlobs;

  /** @param container opens the container when it is first needed */
  constructor(container: () => Promise<ContainerClient>) {
    this.#blobs = new JsonBlobs(container);
  }

  async list(max: number, { prefix = '', signal }: ListOptions = {}): Promise<StoredPage> {
    const found: { path: string; storedAt: string }[] = [];
    for await (const { name, properties } of this.#blobs.list(prefix, signal && { abortSignal: signal })) {
      if (found.length === max) return { found, isAll: false };
      const storedAt = (properties.createdOn ?? properties.lastModified).toISOString();
      found.push({ path: name, storedAt });
    }
    return { found, isAll: true };
  }

  async read(path: string): Promise<VersionedRecord<Stored> | undefined> {
    const stored = await this.#blobs.read(path);
    return stored && { record: stored.value as Stored, version: stored.version };
  }

  async write(path: string, record: Stored): Promise<void> {
    const text = `${JSON.stringify(record, null, 2)}\n`;
    const options = { blobHTTPHeaders: { blobContentType: 'application/json' } };
    await this.#blobs.use(path, (container) =>
      container.getBlockBlobClient(path).upload(text, Buffer.byteLength(text), options),
    );
  }

  async remove(path: string, version?: string): Promise<boolean> {
    const conditions = version === undefined ? {} : { conditions: { ifMatch: version } };
    return this.#blobs.use(path, async (container) => {
      try {
        await container.getBlobClient(path).delete(conditions);
        return true;
      } catch (error) {
        if (isNotFound(error) || isLostRace(error)) return false;
        throw error;
      }
    });
  }
}
