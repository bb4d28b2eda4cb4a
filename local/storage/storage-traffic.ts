import type { IncomingMessage } from 'node:http';

export interface RequestCounts {
  readonly reads: number;
  readonly writes: number;
}

/** Requests to a storage service since the start. */
export interface StorageTrafficCounts extends RequestCounts {
  /** By container or queue. Of the host's own container, by what it keeps there: `azure-webjobs-eventhub/checkpoint`. */
  readonly places: Readonly<Record<string, RequestCounts>>;
}

/** The container in which the host keeps how far it has read and who reads: `<host>/<hub>/<group>/checkpoint/<partition>`. */
const hostContainer = 'azure-webjobs-eventhub';
const placesMax = 1_000;

/** Where a request goes: its path begins with the account, then comes the container or queue. */
export function storagePlaceOf({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  const [, , container = '', ...blob] = url.split('?', 1)[0]!.split('/');
  const kind = container === hostContainer ? decodeURIComponent(blob.join('/')).split('/').at(-2) : undefined;
  return kind ? `${container}/${kind}` : container;
}

/** Counts requests to a storage service. */
export class StorageTraffic {
  readonly #all = { reads: 0, writes: 0 };
  readonly #places = new Map<string, { reads: number; writes: number }>();

  count(place: string, isWrite: boolean): void {
    const kind = isWrite ? 'writes' : 'reads';
    this.#all[kind] += 1;
    let counts = this.#places.get(place);
    if (counts === undefined) {
      if (this.#places.size >= placesMax) return;
      counts = { reads: 0, writes: 0 };
      this.#places.set(place, counts);
    }
    counts[kind] += 1;
  }

  get counts(): StorageTrafficCounts {
    return structuredClone({ ...this.#all, places: Object.fromEntries(this.#places) });
  }
}
