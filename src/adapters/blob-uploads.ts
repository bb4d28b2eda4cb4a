import type { ContainerClient } from '@azure/storage-blob';
import type { ListedUpload, Uploads } from '../scoring/files/reconcile-files.ts';
import { blobFailure } from './blob-failure.ts';

/** The blobs of the container of uploads. */
export class BlobUploads implements Uploads {
  readonly #container: () => Promise<ContainerClient>;

  constructor(container: () => Promise<ContainerClient>) {
    this.#container = container;
  }

  async *pages(): AsyncIterable<readonly ListedUpload[]> {
    const container = await this.#container();
    try {
      for await (const { segment } of container.listBlobsFlat().byPage()) {
        yield segment.blobItems
          // On Data Lake a folder is listed as a blob without a byte.
          .filter(({ properties }) => (properties as { resourceType?: string }).resourceType !== 'directory')
          .map(({ name, properties: { etag, lastModified } }) => ({
            container: container.containerName,
            blob: name,
            etag: etag.replaceAll('"', ''),
            modifiedMs: lastModified.getTime(),
          }));
      }
    } catch (error) {
      throw blobFailure(container.containerName, error);
    }
  }
}
