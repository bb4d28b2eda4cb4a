import type { Container } from '@azure/cosmos';
import {
  addToPart,
  type PackWindow,
  packedBytesMax,
  packedBytesOf,
  packedIdOf,
  packWindowOf,
  unpackScores,
} from '../core/outputs/pack-scores.ts';
import type { PackedScores } from '../core/outputs/packed-scores.ts';
import type { ScoreDocument } from '../core/outputs/score-document.ts';
import type { Sink, SinkResult } from '../scoring/ports.ts';
import { cosmosFailure } from './cosmos-failure.ts';
import { documentRefusal } from './document-refusal.ts';
import { type StoredWindow, WindowedSink, type WindowStore } from './windowed-sink.ts';

const requestTimeoutMsDefault = 20_000;

const notFound = 404;
const conflict = 409;
const preconditionFailed = 412;
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

interface PackedSinkOptions {
  readonly requestTimeoutMs?: number;
  /** What one item may hold. */
  readonly bytesMax?: number;
}

/**
 * Scores of streams in a Cosmos DB container, about a hundred in one item: a write costs by the item and its size, so
 * that a hundred small ones apart cost many times as much. Each score is in exactly one item, and is there once.
 */
export class CosmosPackedSink implements Sink {
  readonly #windows: WindowedSink<PackWindow, StoredParts>;
  readonly #bytesMax: number;

  /** @param container opens the container when it is first needed */
  constructor(
    container: () => Promise<Container>,
    { requestTimeoutMs = requestTimeoutMsDefault, bytesMax = packedBytesMax }: PackedSinkOptions = {},
  ) {
    this.#windows = new WindowedSink(new PackedWindows(container, requestTimeoutMs, bytesMax));
    this.#bytesMax = bytesMax;
  }

  get name(): string {
    return this.#windows.name;
  }

  async write(documents: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
    const results = new Map<ScoreDocument, SinkResult>();
    for (const document of documents) {
      const id = packedIdOf(packWindowOf(document), 0);
      const refusal = documentRefusal(id, packedBytesOf(document), this.#bytesMax);
      if (refusal !== undefined) results.set(document, refusal);
    }
    const fitting = documents.filter((document) => !results.has(document));
    const written = await this.#windows.write(fitting);
    fitting.forEach((document, i) => {
      results.set(document, written[i] as SinkResult);
    });
    return documents.map((document) => results.get(document) as SinkResult);
  }
}

interface StoredPart {
  readonly item: PackedScores;
  readonly etag: string;
}

interface StoredParts extends StoredWindow {
  /** Parts that are full, and so change no more. */
  readonly full: number;
  /** The part behind them; undefined where it is not there yet. */
  readonly open: StoredPart | undefined;
}

/**
 * A window whose scores are too large for one item goes on in further parts. A part is begun only when the one before
 * says, under its ETag, that it is continued; from then on that one is never written again. So whoever knows that a score
 * is in none of the full parts, and adds it to the last under its ETag, knows that it is nowhere else.
 */
class PackedWindows implements WindowStore<PackWindow, StoredParts> {
  readonly name = 'cosmos';
  readonly windowsAtOnce = 16;
  readonly windowOf = packWindowOf;
  readonly #container: () => Promise<Container>;
  readonly #requestTimeoutMs: number;
  readonly #bytesMax: number;

  constructor(container: () => Promise<Container>, requestTimeoutMs: number, bytesMax: number) {
    this.#container = container;
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#bytesMax = bytesMax;
  }

  async read(window: PackWindow): Promise<StoredParts> {
    const documents: ScoreDocument[] = [];
    for (let part = 0; ; part++) {
      const stored = await this.#readPart(window, part);
      if (stored !== undefined) documents.push(...unpackScores(stored.item));
      if (stored?.item.continued !== true) return { documents, full: part, open: stored };
    }
  }

  async add(window: PackWindow, { full, open }: StoredParts, documents: readonly ScoreDocument[]): Promise<boolean> {
    let [part, stored, left] = [full, open, documents];
    while (left.length > 0) {
      const added = addToPart(window, part, stored?.item, left, this.#bytesMax);
      if (!(await this.#writePart(added.item, stored?.etag))) return false;
      [part, stored, left] = [part + 1, undefined, added.left];
    }
    return true;
  }

  failureOf(_window: PackWindow, thrown: unknown): SinkResult {
    return cosmosFailure(thrown);
  }

  async #readPart(window: PackWindow, part: number): Promise<StoredPart | undefined> {
    const item = (await this.#container()).item(packedIdOf(window, part), window.partition);
    const { resource, etag, statusCode } = await item.read<PackedScores>(this.#inTime());
    return statusCode === notFound || resource === undefined ? undefined : { item: resource, etag };
  }

  /** @returns false when another writer was faster */
  async #writePart(item: PackedScores, etag: string | undefined): Promise<boolean> {
    const container = await this.#container();
    try {
      if (etag === undefined) {
        await container.items.create(item, { ...this.#inTime(), disableAutomaticIdGeneration: true });
      } else {
        const accessCondition = { type: 'IfMatch', condition: etag };
        await container.item(item.id, item.partition).replace(item, { ...this.#inTime(), accessCondition });
      }
      return true;
    } catch (error) {
      if ([conflict, preconditionFailed].some((code) => code === codeOf(error))) return false;
      throw error;
    }
  }

  #inTime() {
    return { abortSignal: AbortSignal.timeout(this.#requestTimeoutMs) };
  }
}
