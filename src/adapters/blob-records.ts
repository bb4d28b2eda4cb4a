import { json } from 'node:stream/consumers';
import type { ContainerClient } from '@azure/storage-blob';
import type { ListOptions, StoredPage, StoredRecords, VersionedRecord } from '../scoring/parked/stored-records.ts';
import { blobFailure, isLostRace, isNotFound } from './blob-failure.ts';

/** Records as one blob of JSON each. */
export class BlobRecords<Stored> implements StoredRecords<Stored> {
  readonly #container: () => Promise<ContainerClient>;

  /** @param container opens the container when it is first needed */
  constructor(container: () => Promise<ContainerClient>) {
    this.#container = container;
  }

  async list(max: number, { prefix = '', signal }: ListOptions = {}): Promise<StoredPage> {
    const found: { path: string; storedAt: string }[] = [];
    return this.#tell(prefix, async (container) => {
      const pages = container.listBlobsFlat({ prefix, ...(signal && { abortSignal: signal }) });
      for await (const { name, properties } of pages) {
        if (found.length === max) return { found, isAll: false };
        const storedAt = (properties.createdOn ?? properties.lastModified).toISOString();
        found.push({ path: name, storedAt });
      }
      return { found, isAll: true };
    });
  }

  async read(path: string): Promise<VersionedRecord<Stored> | undefined> {
    return this.#tell(path, async (container) => {
      try {
        const { etag = '', readableStreamBody } = await container.getBlobClient(path).download();
        const record = (await json(readableStreamBody as NodeJS.ReadableStream)) as Stored;
        return { record, version: etag };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    });
  }

  async write(path: string, record: Stored): Promise<void> {
    const text = `${JSON.stringify(record, null, 2)}\n`;
    const options = { blobHTTPHeaders: { blobContentType: 'application/json' } };
    await this.#tell(path, (container) =>
      container.getBlockBlobClient(path).upload(text, Buffer.byteLength(text), options),
    );
  }

  async remove(path: string, version?: string): Promise<boolean> {
    const conditions = version === undefined ? {} : { conditions: { ifMatch: version } };
    return this.#tell(path, async (container) => {
      try {
        await container.getBlobClient(path).delete(conditions);
        return true;
      } catch (error) {
        if (isNotFound(error) || isLostRace(error)) return false;
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
