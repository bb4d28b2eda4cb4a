import type { StoredEvent } from './stored-event.ts';

/** How much a partition keeps; the oldest events go first, the newest one always stays. */
export interface RetentionLimits {
  readonly bytesMax: number;
  readonly eventsMax: number;
}

/** Dropped places are given back once there are this many. */
const compactFrom = 4096;

/** The events that a partition keeps in memory, in the order of their sequence numbers. All its readers share them. */
export class EventRing {
  readonly #limits: RetentionLimits;
  #events: (StoredEvent | undefined)[] = [];
  /** Index of the oldest event in `#events`; what lies before it was dropped. */
  #head = 0;
  #bytes = 0;
  #nextSequence: number;

  constructor(limits: RetentionLimits, firstSequence: number) {
    this.#limits = limits;
    this.#nextSequence = firstSequence;
  }

  get size(): number {
    return this.#events.length - this.#head;
  }

  /** Sequence number of the oldest event; that of the next one when there is none. */
  get firstSequence(): number {
    return this.#nextSequence - this.size;
  }

  get nextSequence(): number {
    return this.#nextSequence;
  }

  get newest(): StoredEvent | undefined {
    return this.#events.at(-1);
  }

  /** The event with this sequence number, which must be kept here. */
  at(sequence: number): StoredEvent {
    return this.#events[this.#head + sequence - this.firstSequence]!;
  }

  /** Adds an event, whose sequence number is the next one, and drops what goes over the limits. */
  push(event: StoredEvent): void {
    this.#events.push(event);
    this.#nextSequence = event.sequence + 1;
    this.#bytes += event.wire.length;
    while (this.size > 1 && (this.#bytes > this.#limits.bytesMax || this.size > this.#limits.eventsMax)) this.#drop();
    if (this.#head > compactFrom && this.#head * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
  }

  #drop(): void {
    this.#bytes -= this.#events[this.#head]!.wire.length;
    this.#events[this.#head] = undefined;
    this.#head++;
  }

  /** Sequence number of the first event that was enqueued at `timeMs` or later; that of the next one when none was. */
  firstEnqueuedFrom(timeMs: number): number {
    let low = this.firstSequence;
    let high = this.#nextSequence;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.at(middle).enqueuedMs >= timeMs) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
