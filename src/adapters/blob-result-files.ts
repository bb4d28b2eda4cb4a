import { createHash, randomBytes } from 'node:crypto';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import type { Digest } from '../core/digest.ts';
import { ScoringError } from '../core/fault.ts';
import type { PieceWriter, ResultPiece } from '../scoring/files/run-ports.ts';
import type { ResultFiles } from '../scoring/ports.ts';
import { blobFailure, isLostRace, isNotFound } from './blob-failure.ts';

const blockBytes = 2 << 20;
/** Tries to move a pointer while others move it too. */
const racesMax = 8;
/** Times that a broken download is taken up again where it broke. */
const resumesMax = 5;

/** Results as blobs of one container. */
export class BlobResultFiles implements ResultFiles {
  readonly #container: () => Promise<ContainerClient>;

  constructor(container: () => Promise<ContainerClient>) {
    this.#container = container;
  }

  exists(path: string): Promise<boolean> {
    return this.#on(path, (blob) => blob.exists());
  }

  piece(path: string): PieceWriter {
    return new BlockWriter((use) => this.#on(path, use));
  }

  /** One request makes the file visible: another who has the same pieces may have made it first. */
  async join(path: string, contentType: string, pieces: readonly ResultPiece[]): Promise<Digest> {
    const [first, ...others] = pieces;
    const blocks = pieces.flatMap((piece) => piece.blocks);
    const options = { blobHTTPHeaders: { blobContentType: contentType }, conditions: { ifNoneMatch: '*' } };
    return this.#on(path, async (blob) => {
      try {
        await blob.commitBlockList(blocks, options);
      } catch (error) {
        // Blocks that another's commit did not name are gone, and the file is visible then too.
        if (!isLostRace(error) && !(await blob.exists())) throw error;
        return digestOf(blob);
      }
      return first !== undefined && others.length === 0 ? first.sha256 : digestOf(blob);
    });
  }

  async put(path: string, text: string, contentType: string): Promise<void> {
    await this.#on(path, (blob) =>
      blob.upload(text, Buffer.byteLength(text), { blobHTTPHeaders: { blobContentType: contentType } }),
    );
  }

  async movePointer(path: string, next: object, isNewer: (current: unknown) => boolean): Promise<void> {
    for (let race = 0; race < racesMax; race++) {
      if (await this.#on(path, (blob) => tryToMove(blob, next, isNewer))) return;
    }
    throw new ScoringError('storage.unavailable', `${path} is moved by too many at once`, { retryable: true });
  }

  async #on<T>(path: string, use: (blob: BlockBlobClient) => Promise<T>): Promise<T> {
    try {
      return await use((await this.#container()).getBlockBlobClient(path));
    } catch (error) {
      throw blobFailure(path, error);
    }
  }
}

/** @returns false when another writer was faster */
async function tryToMove(
  blob: BlockBlobClient,
  next: object,
  isNewer: (current: unknown) => boolean,
): Promise<boolean> {
  const current = await readPointer(blob);
  if (current !== undefined && isNewer(current.value)) return true;
  const text = `${JSON.stringify(next, null, 2)}\n`;
  try {
    await blob.upload(text, Buffer.byteLength(text), {
      blobHTTPHeaders: { blobContentType: 'application/json' },
      conditions: current === undefined ? { ifNoneMatch: '*' } : { ifMatch: current.etag },
    });
    return true;
  } catch (error) {
    if (isLostRace(error)) return false;
    throw error;
  }
}

async function readPointer(blob: BlockBlobClient): Promise<{ value: unknown; etag: string } | undefined> {
  try {
    const { readableStreamBody, etag = '' } = await blob.download();
    const chunks: Buffer[] = [];
    for await (const chunk of readableStreamBody ?? []) chunks.push(chunk as Buffer);
    return { value: JSON.parse(Buffer.concat(chunks).toString()), etag };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** No single writer has seen all bytes of a file that many have written: it is read once more. */
async function digestOf(blob: BlockBlobClient): Promise<Digest> {
  const sum = createHash('sha256');
  const { readableStreamBody } = await blob.download(0, undefined, { maxRetryRequests: resumesMax });
  for await (const chunk of readableStreamBody ?? []) sum.update(chunk as Buffer);
  return `sha256:${sum.digest('hex')}`;
}

/** Stages blocks as they fill up: until their list is committed nobody sees anything. */
class BlockWriter implements PieceWriter {
  readonly #on: <T>(use: (blob: BlockBlobClient) => Promise<T>) => Promise<T>;
  readonly #sum = createHash('sha256');
  /** Blocks of another try at the same run must never mix with these. */
  readonly #attempt = randomBytes(6).toString('hex');
  readonly #blocks: string[] = [];
  /** The one buffer of all blocks: what were left behind for each would be most of a run's memory. */
  #block = Buffer.alloc(0);
  #filled = 0;
  #bytes = 0;

  constructor(on: <T>(use: (blob: BlockBlobClient) => Promise<T>) => Promise<T>) {
    this.#on = on;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#sum.update(bytes);
    this.#bytes += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      const fits = Math.min(bytes.length - at, blockBytes - this.#filled);
      this.#makeRoom(this.#filled + fits);
      this.#block.set(bytes.subarray(at, at + fits), this.#filled);
      this.#filled += fits;
      at += fits;
      if (this.#filled === blockBytes) await this.#stage();
    }
  }

  async finish(): Promise<ResultPiece> {
    if (this.#filled > 0) await this.#stage();
    this.#block = Buffer.alloc(0);
    return { blocks: this.#blocks, bytes: this.#bytes, sha256: `sha256:${this.#sum.digest('hex')}` };
  }

  /** A file of a few bytes shall not take the room of a block. */
  #makeRoom(bytes: number): void {
    if (bytes <= this.#block.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.min(blockBytes, Math.max(2 * this.#block.length, bytes)));
    this.#block.copy(larger, 0, 0, this.#filled);
    this.#block = larger;
  }

  async #stage(): Promise<void> {
    const block = this.#block.subarray(0, this.#filled);
    const id = Buffer.from(`${this.#attempt}-${String(this.#blocks.length).padStart(6, '0')}`).toString('base64');
    await this.#on((blob) => blob.stageBlock(id, block, block.length));
    this.#blocks.push(id);
    this.#filled = 0;
  }
}
