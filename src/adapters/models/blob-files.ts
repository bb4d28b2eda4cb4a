import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobClient, ContainerClient } from '@azure/storage-blob';
import type { Digest } from '../../core/digest.ts';
import { ScoringError } from '../../core/fault.ts';
import { limits } from '../../core/limits.ts';
import { blobFailure, isNotFound } from '../blob-failure.ts';
import { broken } from './sealed-folder.ts';

/** A small blob or a listing that takes longer does not come any more. */
const readTimeoutMs = 10_000;
/** A download may take as long as it wants, but not stand still. */
const idleTimeoutMs = 60_000;

/** A blob that was read whole. */
export interface SmallBlob {
  readonly text: string;
  readonly etag: string;
}

/**
 * Reads a small blob.
 * @returns undefined when it, or its container, is not there
 * @throws {ScoringError} `storage.unavailable`; `model.not_ready` when it is too large
 */
export async function readSmallBlob(container: ContainerClient, name: string): Promise<SmallBlob | undefined> {
  const what = `${container.containerName}/${name}`;
  try {
    const abortSignal = AbortSignal.timeout(readTimeoutMs);
    const answer = await container.getBlobClient(name).download(0, undefined, { abortSignal });
    const body = answer.readableStreamBody as Readable;
    if ((answer.contentLength ?? 0) > limits.manifestBytesMax) {
      body.destroy();
      throw new ScoringError('model.not_ready', `${what} is too large`, { retryable: true });
    }
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk as Buffer);
    return { text: Buffer.concat(chunks).toString(), etag: answer.etag ?? '' };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw blobFailure(what, error);
  }
}

/**
 * Sizes of all blobs whose names begin with a prefix, by name.
 * @returns none when the container is not there
 * @throws {ScoringError} `storage.unavailable`
 */
export async function listBlobs(container: ContainerClient, prefix: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  try {
    const pages = container
      .listBlobsFlat({ prefix, abortSignal: AbortSignal.timeout(readTimeoutMs) })
      .byPage({ maxPageSize: 5_000 });
    for await (const { segment } of pages) {
      for (const { name, properties } of segment.blobItems) found.set(name, properties.contentLength ?? 0);
    }
  } catch (error) {
    if (!isNotFound(error)) throw blobFailure(`${container.containerName}/${prefix}`, error);
  }
  return found;
}

/**
 * Streams a blob of any size into a new file and holds it against its digest on the way.
 * @throws {ScoringError} `package.broken`, `storage.unavailable`
 */
export async function downloadFile(blob: BlobClient, path: string, digest: Digest, what: string): Promise<void> {
  const sum = createHash('sha256');
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(), idleTimeoutMs);
  try {
    const { readableStreamBody } = await blob.download(0, undefined, { abortSignal: idle.signal, maxRetryRequests: 5 });
    if (readableStreamBody === undefined) throw new Error('the answer has no body');
    await pipeline(
      readableStreamBody,
      async function* (chunks) {
        for await (const chunk of chunks) {
          timer.refresh();
          sum.update(chunk as Buffer);
          yield chunk;
        }
      },
      createWriteStream(path, { flags: 'wx' }),
      { signal: idle.signal },
    );
  } catch (error) {
    throw blobFailure(what, error);
  } finally {
    clearTimeout(timer);
  }
  if (`sha256:${sum.digest('hex')}` !== digest)
    throw broken(`${what} is not the file that its seal names: its SHA-256 differs`);
}
