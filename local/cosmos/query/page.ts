import type { Json } from './value.ts';

/** One page of results. */
export interface Page {
  /** Each result as JSON. */
  readonly items: readonly string[];
  readonly returnedBytes: number;
  readonly scannedBytes: number;
  /** Leads to the next page; absent on the last one. */
  readonly token: string | undefined;
}

/** The service ends a page at 4 MB, however many items the client asked for. */
const pageBytesMax = 4 * 2 ** 20;

/** Fills a page up to its limits. */
export class PageBuilder {
  readonly #items: string[] = [];
  readonly #itemsMax: number;
  #bytes = 0;
  scannedBytes = 0;
  token: string | undefined;

  constructor(itemsMax: number) {
    this.#itemsMax = itemsMax;
  }

  get isFull(): boolean {
    return this.#items.length >= this.#itemsMax || this.#bytes >= pageBytesMax;
  }

  add(result: Json): void {
    const text = JSON.stringify(result);
    this.#items.push(text);
    this.#bytes += Buffer.byteLength(text);
  }

  build(): Page {
    return {
      items: this.#items,
      returnedBytes: this.#bytes,
      scannedBytes: this.scannedBytes,
      token: this.token,
    };
  }
}
