import { stampedWire } from './annotation-stamp.ts';
import type { LastEnqueued } from './delivery-metrics.ts';
import { EventRing, type RetentionLimits } from './event-ring.ts';
import type { IncomingMessage } from './incoming-message.ts';
import { PartitionLog } from './partition-log.ts';
import type { Positions } from './start-position.ts';
import { offsetOf, type StoredEvent } from './stored-event.ts';

/** Told once how a message fared: stored (no error) or not. */
export type Settle = (error?: unknown) => void;

interface PendingMessage extends IncomingMessage {
  readonly settle: Settle;
}

/** A partition's log is this many segments long, about: the oldest one goes as soon as none of its events is kept. */
const segmentsPerPartition = 8;

/**
 * Without a folder, sequence numbers start at the time of the start in ms, times this. Checkpoints outlive such a
 * partition: they must then mean "before all that is here", never a place among the new events. A partition would need
 * more than this many events a ms over its whole life to reach the numbers of its successor.
 */
const sequencesPerMs = 256;

/**
 * One partition: an ordered run of events. Messages that arrive in one turn of the event loop are stored together, and
 * readers and senders hear of them only then: a reader must never see an event that the log could still lose.
 */
export class Partition implements Positions {
  readonly id: string;
  readonly #ring: EventRing;
  readonly #log: PartitionLog | undefined;
  readonly #listeners = new Set<() => void>();
  #pending: PendingMessage[] = [];
  #received = 0;
  #isClosed = false;

  /**
   * @param folder where its events are kept; in memory only when absent
   * @throws {Error} when the log in the folder cannot be read
   */
  constructor(id: string, limits: RetentionLimits, folder: string | undefined) {
    this.id = id;
    if (folder === undefined) {
      this.#ring = new EventRing(limits, Date.now() * sequencesPerMs);
      return;
    }
    const { log, events } = PartitionLog.open(folder, limits.bytesMax / segmentsPerPartition);
    this.#log = log;
    this.#ring = new EventRing(limits, events[0]?.sequence ?? 0);
    for (const event of events) this.#ring.push(event);
  }

  get firstSequence(): number {
    return this.#ring.firstSequence;
  }

  get nextSequence(): number {
    return this.#ring.nextSequence;
  }

  get isEmpty(): boolean {
    return this.#ring.size === 0;
  }

  /** Events stored since the start of the broker. */
  get received(): number {
    return this.#received;
  }

  get last(): LastEnqueued {
    const { newest, nextSequence } = this.#ring;
    return {
      sequence: nextSequence - 1,
      offset: newest === undefined ? '-1' : String(offsetOf(newest.sequence)),
      enqueuedMs: newest?.enqueuedMs ?? 0,
    };
  }

  at(sequence: number): StoredEvent {
    return this.#ring.at(sequence);
  }

  firstEnqueuedFrom(timeMs: number): number {
    return this.#ring.firstEnqueuedFrom(timeMs);
  }

  /** Calls `listener` after each time that events were stored, until the function returned is called. */
  onStored(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes a message; it is stored at the end of this turn of the event loop, or by `store`.
   * @throws {Error} when the partition is closed: its folder may be another broker's by now
   */
  append(message: IncomingMessage, settle: Settle): void {
    if (this.#isClosed) throw new Error('The broker is closed: it takes no more events.');
    this.#pending.push({ ...message, settle });
    if (this.#pending.length === 1) setImmediate(() => this.store());
  }

  /** Stores what `append` took, all or nothing, and settles each message. */
  store(): void {
    const messages = this.#pending;
    if (messages.length === 0) return;
    this.#pending = [];
    let events: StoredEvent[];
    try {
      events = this.#stamp(messages);
      this.#log?.append(events);
    } catch (error) {
      for (const { settle } of messages) settle(error);
      return;
    }
    for (const event of events) this.#ring.push(event);
    this.#received += events.length;
    this.#log?.dropBefore(this.#ring.firstSequence);
    for (const { settle } of messages) settle();
    for (const listener of this.#listeners) listener();
  }

  #stamp(messages: readonly PendingMessage[]): StoredEvent[] {
    // Clocks are set back now and then; a search by time needs an order.
    const enqueuedMs = Math.max(Date.now(), this.#ring.newest?.enqueuedMs ?? 0);
    let sequence = this.#ring.nextSequence;
    const events: StoredEvent[] = [];
    for (const { events: incoming, partitionKey } of messages) {
      for (const event of incoming) {
        const wire = stampedWire(event, { sequence, enqueuedMs, partitionKey });
        events.push({ sequence, enqueuedMs, wire, headerEnd: event.headerEnd });
        sequence++;
      }
    }
    return events;
  }

  /** Stores what is pending and lets go of the log. */
  close(): void {
    this.store();
    this.#isClosed = true;
    this.#log?.close();
  }
}
