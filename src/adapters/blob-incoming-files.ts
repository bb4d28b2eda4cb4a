import type { BlobServiceClient } from '@azure/storage-blob';
import { containers } from '../core/resources.ts';
import type { IncomingFiles } from '../scoring/files/submit-job.ts';
import { blobFailure, isLostRace } from './blob-failure.ts';

/** Uploads on behalf of callers, and the addresses of results, in one account. */
export class BlobIncomingFiles implements IncomingFiles {
  readonly #service: () => Promise<BlobServiceClient>;

  constructor(service: () => Promise<BlobServiceClient>) {
    this.#service = service;
  }

  async create(blob: string, bytes: Uint8Array, contentType: string): Promise<void> {
    const container = (await this.#service()).getContainerClient(containers.incoming);
    const options = { conditions: { ifNoneMatch: '*' }, blobHTTPHeaders: { blobContentType: contentType } };
    try {
      await container.getBlockBlobClient(blob).upload(bytes, bytes.length, options);
    } catch (error) {
      // The same call came before.
      if (!isLostRace(error)) throw blobFailure(blob, error);
    }
  }

  async resultUrl(path: string): Promise<string> {
    return (await this.#service()).getContainerClient(containers.results).getBlobClient(path).url;
  }
}
