import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { ScoringError, toScoringError } from '../core/fault.ts';
import type { ScoreDocument } from '../core/outputs/score-document.ts';
import { compareDocuments } from '../scoring/compare-documents.ts';
import type { Sink, SinkResult } from '../scoring/ports.ts';
import { blobFailure, isLostRace, isNotFound } from './blob-failure.ts';
import { inPool } from './pool.ts';

/**
 * Sequence numbers in one blob. The borders are fixed, because a redelivered batch has other borders than the first:
 * a window is merged, never appended to.
 */
const windowSequences = 1_000;
const windowsAtOnce = 4;
/** Tries to write one window while others write it too. */
const racesMax = 8;

/**
 * Documents of streams as NDJSON blobs, in the order of the stream:
 * `<model>/<hub>/<partition>/<enqueued day>/<first sequence of the window>.ndjson`.
 */
export class BlobSink implements Sink {
  readonly name = 'blob';
  readonly #container: () => Promise<ContainerClient>;

  constructor(container: () => Promise<ContainerClient>) {
    this.#container = container;
  }

  async write(documents: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
    const results = new Map<ScoreDocument, SinkResult>();
    const windows = [...Map.groupBy(documents, windowOf)];
    await inPool(windows, windowsAtOnce, async ([path, inWindow]) => {
      for (const [document, result] of await this.#writeWindow(path, inWindow)) results.set(document, result);
    });
    return documents.map((document) => results.get(document) as SinkResult);
  }

  async #writeWindow(path: string, documents: readonly ScoreDocument[]): Promise<Map<ScoreDocument, SinkResult>> {
    try {
      const blob = (await this.#container()).getBlockBlobClient(path);
      for (let race = 0; race < racesMax; race++) {
        const results = await mergeIntoWindow(blob, documents);
        if (results !== undefined) return results;
      }
      throw new ScoringError('storage.unavailable', `${path} is written by too many at once`, { retryable: true });
    } catch (thrown) {
      const error = toScoringError(blobFailure(path, thrown));
      return new Map(documents.map((document) => [document, { kind: 'error', error }]));
    }
  }
}

function windowOf({ model, source }: ScoreDocument): string {
  if (source.kind !== 'stream') throw new TypeError(`a ${source.kind} record has no place in a stream's blob`);
  const first = Math.floor(source.sequence / windowSequences) * windowSequences;
  const day = source.enqueuedAt.slice(0, 10);
  return `${model}/${source.hub}/${source.partition}/${day}/${String(first).padStart(16, '0')}.ndjson`;
}

/** @returns undefined when another writer was faster, and the window is to be read again */
async function mergeIntoWindow(
  blob: BlockBlobClient,
  documents: readonly ScoreDocument[],
): Promise<Map<ScoreDocument, SinkResult> | undefined> {
  try {
    const merged = merge(await readWindow(blob), documents);
    if (merged.isChanged) await replaceWindow(blob, merged);
    return merged.results;
  } catch (error) {
    if (isLostRace(error)) return undefined;
    throw error;
  }
}

interface StoredWindow {
  readonly etag: string | undefined;
  readonly documents: readonly ScoreDocument[];
}

interface MergedWindow extends StoredWindow {
  readonly results: Map<ScoreDocument, SinkResult>;
  readonly isChanged: boolean;
}

async function readWindow(blob: BlockBlobClient): Promise<StoredWindow> {
  try {
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
    throw error;
  }
}

function merge({ etag, documents: stored }: StoredWindow, documents: readonly ScoreDocument[]): MergedWindow {
  const byId = new Map(stored.map((document) => [document.id, document]));
  const results = new Map<ScoreDocument, SinkResult>();
  for (const document of documents) {
    const other = byId.get(document.id);
    results.set(document, other === undefined ? { kind: 'created' } : compareDocuments(document, other));
    if (other === undefined) byId.set(document.id, document);
  }
  const position = ({ source }: ScoreDocument) =>
    source.kind === 'stream' ? [source.sequence, source.index ?? 0] : [0, 0];
  const merged = [...byId.values()].sort((a, b) => {
    const [[sequenceA = 0, indexA = 0], [sequenceB = 0, indexB = 0]] = [position(a), position(b)];
    return sequenceA - sequenceB || indexA - indexB;
  });
  return { etag, documents: merged, results, isChanged: merged.length > stored.length };
}

async function replaceWindow(blob: BlockBlobClient, { etag, documents }: MergedWindow): Promise<void> {
  const text = documents.map((document) => `${JSON.stringify(document)}\n`).join('');
  await blob.upload(text, Buffer.byteLength(text), {
    blobHTTPHeaders: { blobContentType: 'application/x-ndjson' },
    conditions: etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag },
  });
}
