import type { ScoreDocument } from '../core/outputs/score-document.ts';
import { compareDocuments } from '../scoring/compare-documents.ts';
import type { Sink, SinkResult } from '../scoring/ports.ts';
import { inPool } from './pool.ts';

/** Tries to write one window while others write it too. */
const racesMax = 8;

/**
 * Where documents lie together by windows. A window is a function of the document alone: a redelivered batch has other
 * borders than the first, so a window is merged, never appended to.
 */
export interface WindowStore<Window extends { readonly name: string }, Stored extends StoredWindow> {
  readonly name: string;
  readonly windowsAtOnce: number;
  windowOf(document: ScoreDocument): Window;
  /** What lies in the window: nothing where there is none yet; undefined when it changed while it was read. */
  read(window: Window): Promise<Stored | undefined>;
  /**
   * Writes a window with what is new in it, unless it has changed since it was read.
   * @returns false when another writer was faster: the window is to be read again
   */
  add(window: Window, stored: Stored, documents: readonly ScoreDocument[]): Promise<boolean>;
  /** What it means for the documents of a window that it could not be read or written; also for too many writers. */
  failureOf(window: Window, thrown: unknown): SinkResult;
}

export interface StoredWindow {
  readonly documents: readonly ScoreDocument[];
}

/** Another writer was faster each time. */
export class LostRaces extends Error {
  readonly code = 412;

  constructor(window: string) {
    super(`${window} is written by too many at once`);
  }
}

/** Documents of streams in windows, each document once. The first with an id wins; an equal one is done already. */
export class WindowedSink<Window extends { readonly name: string }, Stored extends StoredWindow> implements Sink {
  readonly #store: WindowStore<Window, Stored>;

  constructor(store: WindowStore<Window, Stored>) {
    this.#store = store;
  }

  get name(): string {
    return this.#store.name;
  }

  async write(documents: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
    const results = new Map<ScoreDocument, SinkResult>();
    const windows = new Map<string, { window: Window; documents: ScoreDocument[] }>();
    for (const document of documents) {
      const window = this.#store.windowOf(document);
      const known = windows.get(window.name);
      if (known === undefined) windows.set(window.name, { window, documents: [document] });
      else known.documents.push(document);
    }
    await inPool([...windows.values()], this.#store.windowsAtOnce, async ({ window, documents: inWindow }) => {
      for (const [document, result] of await this.#writeWindow(window, inWindow)) results.set(document, result);
    });
    return documents.map((document) => results.get(document) as SinkResult);
  }

  async #writeWindow(window: Window, documents: readonly ScoreDocument[]): Promise<Map<ScoreDocument, SinkResult>> {
    try {
      for (let race = 0; race < racesMax; race++) {
        const stored = await this.#store.read(window);
        if (stored === undefined) continue;
        const { results, added } = merge(stored.documents, documents);
        if (added.length === 0 || (await this.#store.add(window, stored, added))) return results;
      }
      throw new LostRaces(window.name);
    } catch (thrown) {
      const failure = this.#store.failureOf(window, thrown);
      if (failure.kind === 'fault' && documents.length > 1) return this.#writeInHalves(window, documents);
      return new Map(documents.map((document) => [document, failure]));
    }
  }

  /** One document that is refused for good makes its whole window refused: the others are not to end with it. */
  async #writeInHalves(window: Window, documents: readonly ScoreDocument[]): Promise<Map<ScoreDocument, SinkResult>> {
    const half = Math.ceil(documents.length / 2);
    const first = await this.#writeWindow(window, documents.slice(0, half));
    return new Map([...first, ...(await this.#writeWindow(window, documents.slice(half)))]);
  }
}

/** What becomes of each document beside those that are there, and which are to be added. */
function merge(stored: readonly ScoreDocument[], documents: readonly ScoreDocument[]) {
  const byId = new Map(stored.map((document) => [document.id, document]));
  const results = new Map<ScoreDocument, SinkResult>();
  const added: ScoreDocument[] = [];
  for (const document of documents) {
    const other = byId.get(document.id);
    results.set(document, other === undefined ? { kind: 'created' } : compareDocuments(document, other));
    if (other !== undefined) continue;
    byId.set(document.id, document);
    added.push(document);
  }
  return { results, added };
}
