import type { RequestFacts } from '../../faults/fault-injector.ts';

/** What was asked of the documents of an account since the counts were taken last. */
export interface TrafficCounts {
  readonly reads: number;
  readonly writes: number;
  /** Request units of all that was answered. */
  readonly charge: number;
  /** Requests that waited for their answer at once, at most. */
  readonly underWayMax: number;
  /** Time in which requests were worked on, without waiting. */
  readonly busyMs: number;
}

const nothing = { reads: 0, writes: 0, charge: 0, underWayMax: 0, busyMs: 0 };

/** Counts the requests about documents. */
export class Traffic {
  #counts = { ...nothing };
  #underWay = 0;

  /** @returns to be called once, when the request is over however it ended */
  begin({ isWrite }: RequestFacts): () => void {
    this.#counts[isWrite ? 'writes' : 'reads'] += 1;
    this.#underWay += 1;
    this.#counts.underWayMax = Math.max(this.#counts.underWayMax, this.#underWay);
    return () => {
      this.#underWay -= 1;
    };
  }

  add(work: { readonly charge: number; readonly busyMs: number }): void {
    this.#counts.charge += work.charge;
    this.#counts.busyMs += work.busyMs;
  }

  get counts(): TrafficCounts {
    return { ...this.#counts };
  }

  /** Counts anew from here; what is under way stays so. */
  reset(): void {
    this.#counts = { ...nothing, underWayMax: this.#underWay };
  }
}
