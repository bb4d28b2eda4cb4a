import { json } from 'node:stream/consumers';
import type { ContainerClient } from '@azure/storage-blob';
import type { ListedRecord, RecordLabels, RunRecords, StoredRunRecord } from '../scoring/files/run-ports.ts';
import { blobFailure, isLostRace, isNotFound } from './blob-failure.ts';

/** What instances agree upon, as small blobs of one container; their labels are metadata, so that a listing shows them. */
export class BlobRunRecords implements RunRecords {
  readonly #container: () => Promise<ContainerClient>;

  /** @param container opens the container when it is first needed */
  constructor(container: () => Promise<ContainerClient>) {
    this.#container = container;
  }

  read(path: string): Promise<StoredRunRecord | undefined> {
    return this.#tell(path, async (container) => {
      try {
        const { etag = '', readableStreamBody } = await container.getBlobClient(path).download();
        return { value: await json(readableStreamBody as NodeJS.ReadableStream), version: etag };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    });
  }

  create(path: string, value: object, labels: RecordLabels = {}): Promise<boolean> {
    return this.#write(path, value, { ifNoneMatch: '*' }, labels);
  }

  replace(path: string, value: object, version: string): Promise<boolean> {
    return this.#write(path, value, { ifMatch: version });
  }

  async *list(prefix: string): AsyncIterable<ListedRecord> {
    const container = await this.#container();
    try {
      for await (const { name, properties, metadata = {} } of container.listBlobsFlat({
        prefix,
        includeMetadata: true,
      })) {
        yield { path: name, writtenAt: properties.lastModified.toISOString(), labels: metadata };
      }
    } catch (error) {
      throw blobFailure(`${container.containerName}/${prefix}`, error);
    }
  }

  remove(path: string): Promise<void> {
    return this.#tell(path, async (container) => {
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
    return this.#tell(path, async (container) => {
      try {
        await container.getBlockBlobClient(path).upload(text, Buffer.byteLength(text), options);
        return true;
      } catch (error) {
        if (isLostRace(error) || isNotFound(error)) return false;
        throw error;
      }
    });
  }

  async #tell<T>(path: string, work: (container: ContainerClient) => Promise<T>): Promise<T> {
    const container = await this.#container();
    try {
      return await work(container);
    } catch (error) {
      throw blobFailure(`${container.containerName}/${path}`, error);
    }
  }
}
