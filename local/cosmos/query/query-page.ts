import type { CompiledRoot } from './compiled-query.ts';
import { type Continuation, continuationToken, type RowPlace, readContinuation } from './continuation.ts';
import { documentSlot, type Frame } from './frame.ts';
import { type Page, PageBuilder } from './page.ts';
import { compareKeys, countOf, resultsOf } from './query-results.ts';
import { TopRows } from './top-rows.ts';
import type { Json, JsonObject, Value } from './value.ts';

/** A document as a query reads it. */
export interface QueryDocument {
  /** Rises in the order in which documents were created. */
  readonly position: number;
  readonly bytes: number;
  readonly body: JsonObject;
}

export interface PageRequest {
  readonly parameters: ReadonlyMap<string, Value>;
  /** The documents from a position on, by position. */
  readonly documentsFrom: (position: number) => Iterable<QueryDocument>;
  readonly itemsMax: number;
  /** The token of the page before. */
  readonly token: string | undefined;
}

interface SortedRow extends RowPlace {
  readonly result: Json;
}

/**
 * Answers one page of a query.
 * @throws {QueryError} when a parameter is missing, or the token is of another query
 */
export function queryPage(query: CompiledRoot, request: PageRequest): Page {
  query.checkParameters(new Set(request.parameters.keys()));
  return new PageRun(query, request).answer();
}

class PageRun {
  readonly #query: CompiledRoot;
  readonly #request: PageRequest;
  readonly #frame: Frame;
  readonly #page: PageBuilder;
  readonly #done: Continuation;
  /** Place of the row in the frame. */
  #position = 0;
  #ordinal = 0;

  constructor(query: CompiledRoot, request: PageRequest) {
    this.#query = query;
    this.#request = request;
    this.#frame = { slots: new Array(query.slotCount).fill(undefined), parameters: request.parameters };
    this.#page = new PageBuilder(request.itemsMax);
    this.#done = readContinuation(request.token, query.order.length);
  }

  answer(): Page {
    const { grouping, distinct, offset, order } = this.#query;
    const { delivered, after } = this.#done;
    const hasLostItsPlace = delivered > 0 && after === undefined;
    if (grouping || distinct || offset || hasLostItsPlace) this.#answerFromWhole();
    else if (order.length > 0) this.#answerSorted();
    else this.#answerStreamed();
    return this.#page.build();
  }

  /** Groups, distinct values and offsets are known only once all results are. */
  #answerFromWhole(): void {
    const results = resultsOf(this.#query, this.#frame, (_, visit) => this.#visitRows(0, visit));
    let delivered = this.#done.delivered;
    for (const result of results.slice(delivered)) {
      if (this.#page.isFull) break;
      this.#page.add(result);
      delivered += 1;
    }
    if (delivered < results.length) this.#page.token = continuationToken(delivered);
  }

  /** Reads on behind the last row delivered, and no further than the page needs. */
  #answerStreamed(): void {
    let { delivered, after } = this.#done;
    const limit = this.#limit();
    if (delivered >= limit) return;
    this.#visitRows(after?.position ?? 0, () => {
      if (!this.#isBehind(this.#done.after, [])) return false;
      const result = this.#query.project(this.#frame);
      if (result === undefined) return false;
      if (this.#page.isFull) {
        this.#page.token = continuationToken(delivered, after);
        return true;
      }
      this.#page.add(result);
      delivered += 1;
      after = { keys: [], position: this.#position, ordinal: this.#ordinal };
      return delivered === limit;
    });
  }

  /** Reads all documents, but keeps no more rows than the page needs. */
  #answerSorted(): void {
    let { delivered, after } = this.#done;
    for (const row of this.#firstSortedRows(this.#limit() - delivered)) {
      if (this.#page.isFull) {
        this.#page.token = continuationToken(delivered, after);
        return;
      }
      this.#page.add(row.result);
      delivered += 1;
      after = row;
    }
  }

  /** One row more than fits the page: it shows that there is a next page. */
  #firstSortedRows(remaining: number): readonly SortedRow[] {
    const { order } = this.#query;
    const top = new TopRows<RowPlace, SortedRow>(Math.min(remaining, this.#request.itemsMax + 1), this.#comparePlaces);
    this.#visitRows(0, () => {
      const keys = order.map(({ evaluate }) => evaluate(this.#frame));
      const place = { keys, position: this.#position, ordinal: this.#ordinal };
      if (!this.#isBehind(this.#done.after, keys) || !top.admits(place)) return false;
      const result = this.#query.project(this.#frame);
      if (result !== undefined) top.add({ ...place, result });
      return false;
    });
    return top.rows;
  }

  #isBehind(place: RowPlace | undefined, keys: readonly Value[]): boolean {
    if (place === undefined) return true;
    return this.#comparePlaces({ keys, position: this.#position, ordinal: this.#ordinal }, place) > 0;
  }

  readonly #comparePlaces = (left: RowPlace, right: RowPlace): number =>
    compareKeys(left.keys, right.keys, this.#query.order) ||
    left.position - right.position ||
    left.ordinal - right.ordinal;

  #limit(): number {
    return this.#query.limit ? countOf(this.#query.limit, this.#frame) : Number.POSITIVE_INFINITY;
  }

  #visitRows(start: number, visit: () => boolean): boolean {
    if (!this.#query.readsContainer) return this.#query.rows(this.#frame, visit);
    const visitRow = () => {
      this.#ordinal += 1;
      return visit();
    };
    for (const { position, bytes, body } of this.#request.documentsFrom(start)) {
      this.#page.scannedBytes += bytes;
      this.#frame.slots[documentSlot] = body;
      this.#position = position;
      this.#ordinal = 0;
      if (this.#query.rows(this.#frame, visitRow)) return true;
    }
    return false;
  }
}
