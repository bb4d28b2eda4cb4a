import type { ContainerClient } from '@azure/storage-blob';
import type { ListedRecord, RecordLabels, RunRecords, StoredRunRecord } from '../scoring/files/run-ports.ts';
import { isLostRace, isNotFound } from './blob-failure.ts';
import { JsonBlobs } from './json-blobs.ts';

/** What instances agree upon, as small blobs of one container; their labels are metadata, so that a listing shows them. */
export class BlobRunRecords implements RunRecords {
  readonly #blobs: JsonBlobs;

  /** @param container opens the container when it is first needed */
  constructor(container: () => Promise<ContainerClient>) {
    this.#blobs = new JsonBlobs(container);
  }

  read(path: string): Promise<StoredRunRecord | undefined> {
    return this.#blobs.read(path);
  }

  create(path: string, value: object, labels: RecordLabels = {}): Promise<boolean> {
    return this.#write(path, value, { ifNoneMatch: '*' }, labels);
  }

  replace(path: string, value: object, version: string): Promise<boolean> {
    return this.#write(path, value, { ifMatch: version });
  }

  async *list(prefix: string): AsyncIterable<ListedRecord> {
    for await (const { name, properties, metadata = {} } of this.#blobs.list(prefix, { includeMetadata: true })) {
      yield { path: name, writtenAt: properties.lastModified.toISOString(), labels: metadata };
    }
  }

  remove(path: string): Promise<void> {
    return this.#blobs.use(path, async (container) => {
      await container.getBlobClient(path).deleteIfExists();
    });
  }

  #write(
    path: string,
    value: object,
    conditions: { ifNoneMatch: string } | { ifMatch: string },
    metadata: Record<string, string> = {},
  ): Promise<boolean> {
    const text = `${JSON.stringify(value)}\n`;
    const options = { conditions, metadata, blobHTTPHeaders: { blobContentType: 'application/json' } };
    return this.#blobs.use(path, async (container) => {
      try {
        await container.getBlockBlobClient(path).upload(text, Buffer.byteLength(text), options);
        return true;
      } catch (error) {
        if (isLostRace(error) || isNotFound(error)) return false;
        throw error;
      }
    });
  }
}
