import { json } from 'node:stream/consumers';
import type { BlobItem, ContainerClient, ContainerListBlobsOptions } from '@azure/storage-blob';
import { blobFailure, isNotFound } from './blob-failure.ts';

/** Blobs of JSON in one container. */
export class JsonBlobs {
  readonly #container: () => Promise<ContainerClient>;

  /** @param container opens the container when it is first needed */
  constructor(container: () => Promise<ContainerClient>) {
    this.#container = container;
  }

  /** @returns what the blob holds, and its ETag; undefined when there is none. @throws {ScoringError} `storage.unavailable` */
  read(path: string): Promise<{ readonly value: unknown; readonly version: string } | undefined> {
    return this.use(path, async (container) => {
      try {
        const { etag = '', readableStreamBody } = await container.getBlobClient(path).download();
        return { value: await json(readableStreamBody as NodeJS.ReadableStream), version: etag };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    });
  }

  /** The blobs whose names begin so. @throws {ScoringError} `storage.unavailable` */
  async *list(prefix: string, options: Omit<ContainerListBlobsOptions, 'prefix'> = {}): AsyncGenerator<BlobItem> {
    const container = await this.#container();
    try {
      yield* container.listBlobsFlat({ ...options, prefix });
    } catch (error) {
      throw blobFailure(`${container.containerName}/${prefix}`, error);
    }
  }

  /** @param path of the blobs that it is about, for people. @throws {ScoringError} `storage.unavailable` */
  async use<T>(path: string, work: (container: ContainerClient) => Promise<T>): Promise<T> {
    const container = await this.#container();
    try {
      return await work(container);
    } catch (error) {
      throw blobFailure(`${container.containerName}/${path}`, error);
    }
  }
}
