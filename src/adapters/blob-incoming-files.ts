import type { BlobServiceClient, BlockBlobClient } from '@azure/storage-blob';
import { containers } from '../core/resources.ts';
import { mediaTypeOf, type ResultFormat } from '../core/routes/result-format.ts';
import type { IncomingFiles } from '../scoring/files/submit-job.ts';
import { blobFailure, isLostRace } from './blob-failure.ts';

/** Uploads on behalf of callers, and the addresses of results, in one account. */
export class BlobIncomingFiles implements IncomingFiles {
  readonly #service: () => Promise<BlobServiceClient>;

  constructor(service: () => Promise<BlobServiceClient>) {
    this.#service = service;
  }

  async create(blob: string, bytes: Uint8Array, contentType: string, results?: ResultFormat): Promise<void> {
    const options = {
      conditions: { ifNoneMatch: '*' },
      blobHTTPHeaders: { blobContentType: contentType },
      ...(results !== undefined && { metadata: askingFor(results) }),
    };
    try {
      await (await this.#client(blob)).upload(bytes, bytes.length, options);
    } catch (error) {
      // The same call came before.
      if (!isLostRace(error)) throw blobFailure(blob, error);
    }
  }

  async ask(blob: string, etag: string, results: ResultFormat): Promise<void> {
    const options = { conditions: { ifMatch: `"${etag}"` } };
    try {
      const client = await this.#client(blob);
      const { metadata } = await client.getProperties(options);
      await client.setMetadata({ ...metadata, ...askingFor(results) }, options);
    } catch (error) {
      throw blobFailure(blob, error);
    }
  }

  async resultUrl(path: string): Promise<string> {
    return (await this.#service()).getContainerClient(containers.results).getBlobClient(path).url;
  }

  async #client(blob: string): Promise<BlockBlobClient> {
    return (await this.#service()).getContainerClient(containers.incoming).getBlockBlobClient(blob);
  }
}

/** Metadata of an upload that asks for this format of its results. */
export const askingFor = (results: ResultFormat) => ({ accept: mediaTypeOf[results] });
