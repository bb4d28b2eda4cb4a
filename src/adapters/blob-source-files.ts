import type { BlobClient, BlobServiceClient } from '@azure/storage-blob';
import { ScoringError } from '../core/fault.ts';
import type { OpenFile, SourceFiles } from '../scoring/ports.ts';
import { blobFailure, isLostRace, isNotFound } from './blob-failure.ts';
import { type ByteRange, rangesOf, readAhead } from './read-ahead.ts';

/** Times that a broken download is taken up again where it broke. */
const resumesMax = 5;
/** What is asked for at once, and how much of it ahead: a reader holds so many ranges of so many bytes. */
const rangeBytes = 1 << 19;
const rangesAtOnce = 3;

/** Uploaded files as blobs. */
export class BlobSourceFiles implements SourceFiles {
  readonly #service: () => Promise<BlobServiceClient>;

  constructor(service: () => Promise<BlobServiceClient>) {
    this.#service = service;
  }

  async open(container: string, name: string): Promise<OpenFile | undefined> {
    const blob = (await this.#service()).getContainerClient(container).getBlobClient(name);
    try {
      const { etag = '', contentLength = 0, lastModified = new Date(0), metadata } = await blob.getProperties();
      return {
        etag: etag.replaceAll('"', ''),
        bytes: contentLength,
        lastModified: lastModified.toISOString(),
        accept: metadata?.accept,
        read: (from = 0, to = contentLength) => readBlob(blob, etag, from, to),
      };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw blobFailure(`${container}/${name}`, error);
    }
  }
}

/** Reads the version of the blob that has this ETag, in pieces; `to` is the first byte that is left out. */
async function* readBlob(blob: BlobClient, etag: string, from: number, to: number): AsyncGenerator<Uint8Array> {
  try {
    const options = { conditions: { ifMatch: etag }, maxRetryRequestsPerBlock: resumesMax, blockSize: rangeBytes };
    // Those that are on their way, and the one that is used: new ones for each range would wait in memory to be collected.
    const buffers = Array.from({ length: rangesAtOnce + 1 }, () => Buffer.alloc(0));
    let begun = 0;
    const read = async (range: ByteRange) => {
      const length = range.to - range.from;
      const slot = begun++ % buffers.length;
      if (buffers[slot]!.length < length) buffers[slot] = Buffer.allocUnsafeSlow(length);
      const bytes = buffers[slot]!.subarray(0, length);
      await blob.downloadToBuffer(bytes, range.from, length, options);
      return bytes;
    };
    yield* readAhead(rangesOf(from, to, rangeBytes), rangesAtOnce, read);
  } catch (error) {
    if (!isLostRace(error) && !isNotFound(error)) throw blobFailure(blob.name, error);
    const message = `${blob.name} was overwritten or deleted while it was read; the new upload has a run of its own`;
    throw new ScoringError('file.changed', message, { retryable: false, cause: error });
  }
}
