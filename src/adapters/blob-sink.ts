import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { toScoringError } from '../core/fault.ts';
import type { ScoreDocument } from '../core/outputs/score-document.ts';
import type { SinkResult } from '../scoring/ports.ts';
import { blobFailure, isLostRace, isNotFound } from './blob-failure.ts';
import { type StoredWindow, WindowedSink, type WindowStore } from './windowed-sink.ts';

/** Sequence numbers in one blob. */
const windowSequences = 1_000;

/**
 * Documents of streams as NDJSON blobs, in the order of the stream:
 * `<model>/<hub>/<partition>/<enqueued day>/<first sequence of the window>.ndjson`.
 */
export class BlobSink extends WindowedSink<BlobWindow, BlobWithETag> {
  constructor(container: () => Promise<ContainerClient>) {
    super(new BlobWindows(container));
  }
}

interface BlobWindow {
  /** The path of the blob. */
  readonly name: string;
}

interface BlobWithETag extends StoredWindow {
  /** undefined where there is no blob yet. */
  readonly etag: string | undefined;
}

class BlobWindows implements WindowStore<BlobWindow, BlobWithETag> {
  readonly name = 'blob';
  readonly windowsAtOnce = 4;
  readonly #container: () => Promise<ContainerClient>;

  constructor(container: () => Promise<ContainerClient>) {
    this.#container = container;
  }

  windowOf({ model, source }: ScoreDocument): BlobWindow {
    if (source.kind !== 'stream') throw new TypeError(`a ${source.kind} record has no place in a stream's blob`);
    const first = Math.floor(source.sequence / windowSequences) * windowSequences;
    const day = source.enqueuedAt.slice(0, 10);
    return {
      name: `${model}/${source.hub}/${source.partition}/${day}/${String(first).padStart(16, '0')}.ndjson`,
    };
  }

  async read(window: BlobWindow): Promise<BlobWithETag | undefined> {
    try {
      const blob = await this.#blob(window);
      const { etag } = await blob.getProperties();
      const options = etag === undefined ? {} : { conditions: { ifMatch: etag } };
      const text = (await blob.downloadToBuffer(0, undefined, options)).toString('utf8');
      const documents = text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as ScoreDocument);
      return { etag, documents };
    } catch (error) {
      if (isNotFound(error)) return { etag: undefined, documents: [] };
      if (isLostRace(error)) return undefined;
      throw error;
    }
  }

  async add(window: BlobWindow, stored: BlobWithETag, documents: readonly ScoreDocument[]): Promise<boolean> {
    const { etag } = stored;
    const merged = [...stored.documents, ...documents].sort(inOrderOfStream);
    const text = merged.map((document) => `${JSON.stringify(document)}\n`).join('');
    try {
      await (await this.#blob(window)).upload(text, Buffer.byteLength(text), {
        blobHTTPHeaders: { blobContentType: 'application/x-ndjson' },
        conditions: etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag },
      });
      return true;
    } catch (error) {
      if (isLostRace(error)) return false;
      throw error;
    }
  }

  failureOf({ name }: BlobWindow, thrown: unknown): SinkResult {
    return { kind: 'error', error: toScoringError(blobFailure(name, thrown)) };
  }

  async #blob({ name }: BlobWindow): Promise<BlockBlobClient> {
    return (await this.#container()).getBlockBlobClient(name);
  }
}

function inOrderOfStream({ source: a }: ScoreDocument, { source: b }: ScoreDocument): number {
  if (a.kind !== 'stream' || b.kind !== 'stream') return 0;
  return a.sequence - b.sequence || (a.index ?? 0) - (b.index ?? 0);
}
