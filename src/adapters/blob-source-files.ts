import type { BlobClient, BlobServiceClient } from '@azure/storage-blob';
import { ScoringError } from '../core/fault.ts';
import type { OpenFile, SourceFiles } from '../scoring/ports.ts';
import { blobFailure, isLostRace, isNotFound } from './blob-failure.ts';

/** Times that a broken download is taken up again where it broke. */
const resumesMax = 5;

/** Uploaded files as blobs. */
export class BlobSourceFiles implements SourceFiles {
  readonly #service: () => Promise<BlobServiceClient>;

  constructor(service: () => Promise<BlobServiceClient>) {
    this.#service = service;
  }

  async open(container: string, name: string): Promise<OpenFile | undefined> {
    const blob = (await this.#service()).getContainerClient(container).getBlobClient(name);
    try {
      const { etag = '', contentLength = 0, lastModified = new Date(0) } = await blob.getProperties();
      return {
        etag: etag.replaceAll('"', ''),
        bytes: contentLength,
        lastModified: lastModified.toISOString(),
        read: (from = 0, to?: number) => readBlob(blob, etag, from, to),
      };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw blobFailure(`${container}/${name}`, error);
    }
  }
}

/** Streams the version of the blob that has this ETag; `to` is the first byte that is left out. */
async function* readBlob(blob: BlobClient, etag: string, from: number, to?: number): AsyncGenerator<Uint8Array> {
  // The service takes no range without a byte.
  if (to !== undefined && to <= from) return;
  try {
    const options = { conditions: { ifMatch: etag }, maxRetryRequests: resumesMax };
    const { readableStreamBody } = await blob.download(from, to === undefined ? undefined : to - from, options);
    for await (const chunk of readableStreamBody ?? []) yield chunk as Buffer;
  } catch (error) {
    if (!isLostRace(error) && !isNotFound(error)) throw blobFailure(blob.name, error);
    const message = `${blob.name} was overwritten or deleted while it was read; the new upload has a run of its own`;
    throw new ScoringError('file.changed', message, { retryable: false, cause: error });
  }
}
