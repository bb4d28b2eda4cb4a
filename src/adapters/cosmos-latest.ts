import type { Container } from '@azure/cosmos';
import { escapeIdPart } from '../core/ids.ts';
import { compareRecency } from '../core/latest-order.ts';
import type { ScoreDocument } from '../core/outputs/score-document.ts';
import type { StreamSource } from '../core/source.ts';
import type { Sink, SinkResult } from '../scoring/ports.ts';
import { cosmosFailure } from './cosmos-failure.ts';
import { inPool } from './pool.ts';

const requestsMax = 32;
const requestTimeoutMsDefault = 20_000;
/** Tries to put one score on top while others do the same. */
const racesMax = 16;
/** Keys whose last score this process remembers; for the others it is read. */
const rememberedMax = 50_000;

const notFound = 404;
const conflict = 409;
const preconditionFailed = 412;
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

/** A score that came through a stream, and belongs to a device or other key. */
type KeyedDocument = ScoreDocument & { readonly key: string; readonly source: StreamSource };

/** What lies on top, as far as this process knows. */
interface Top {
  readonly source: StreamSource;
  readonly etag: string;
}

/**
 * The last score of each key, one item for each model: `{ "id": "<model>", "key": "<key>", "document": "<its id>", ... }`.
 * It never goes back, whatever the order of deliveries and however many write: an item is replaced only under the ETag
 * of one that is known to be older.
 */
export class CosmosLatest implements Sink {
  readonly name = 'latest';
  readonly #container: () => Promise<Container>;
  readonly #requestTimeoutMs: number;
  readonly #tops = new Map<string, Top>();

  /** @param container opens the container when it is first needed */
  constructor(container: () => Promise<Container>, { requestTimeoutMs = requestTimeoutMsDefault } = {}) {
    this.#container = container;
    this.#requestTimeoutMs = requestTimeoutMs;
  }

  /** Of each key only the last score is written; documents without a key pass. */
  async write(documents: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
    const keyed = documents.filter(isKeyed);
    const byKey = Map.groupBy(keyed, (document) => `${document.model}\n${document.key}`);
    const results = new Map<string, SinkResult>();
    await inPool([...byKey], requestsMax, async ([name, ofKey]) => {
      const last = ofKey.reduce((a, b) => (compareRecency(b.source, a.source) > 0 ? b : a));
      results.set(name, await this.#putOnTop(name, last).catch(cosmosFailure));
    });
    return documents.map(({ model, key }) => results.get(`${model}\n${key}`) ?? { kind: 'existed' });
  }

  async #putOnTop(name: string, document: KeyedDocument): Promise<SinkResult> {
    const container = await this.#container();
    for (let race = 0; race < racesMax; race++) {
      const top = this.#tops.get(name) ?? (await this.#read(container, document));
      if (top !== undefined && compareRecency(document.source, top.source) <= 0) {
        this.#remember(name, top);
        return { kind: 'existed' };
      }
      this.#tops.delete(name);
      const etag = await this.#replace(container, document, top);
      if (etag === undefined) continue;
      this.#remember(name, { source: document.source, etag });
      return { kind: 'created' };
    }
    return cosmosFailure({
      code: preconditionFailed,
      message: `the last score of ${document.key} changes all the time`,
    });
  }

  async #read(container: Container, document: KeyedDocument): Promise<Top | undefined> {
    const { id, key } = itemOf(document);
    const { resource, etag, statusCode } = await container.item(id, key).read<KeyedDocument>(this.#inTime());
    if (statusCode === notFound || resource === undefined) return undefined;
    return { source: resource.source, etag };
  }

  /** @returns the new ETag; undefined when another writer was faster */
  async #replace(container: Container, document: KeyedDocument, top: Top | undefined): Promise<string | undefined> {
    const item = itemOf(document);
    try {
      const { etag } =
        top === undefined
          ? await container.items.create(item, { ...this.#inTime(), disableAutomaticIdGeneration: true })
          : await container.item(item.id, item.key).replace(item, {
              ...this.#inTime(),
              accessCondition: { type: 'IfMatch', condition: top.etag },
            });
      return etag;
    } catch (error) {
      if ([conflict, preconditionFailed, notFound].some((code) => code === codeOf(error))) return undefined;
      throw error;
    }
  }

  #inTime() {
    return { abortSignal: AbortSignal.timeout(this.#requestTimeoutMs) };
  }

  #remember(name: string, top: Top): void {
    this.#tops.delete(name);
    this.#tops.set(name, top);
    if (this.#tops.size <= rememberedMax) return;
    const [oldest] = this.#tops.keys();
    if (oldest !== undefined) this.#tops.delete(oldest);
  }
}

const isKeyed = (document: ScoreDocument): document is KeyedDocument =>
  document.key !== undefined && document.source.kind === 'stream';

const itemOf = (document: KeyedDocument) => ({
  ...document,
  id: escapeIdPart(document.model),
  document: document.id,
});
