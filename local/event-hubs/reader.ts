import { wireWithMetrics } from './delivery-metrics.ts';
import type { Partition } from './partition.ts';
import type { ServerSender } from './rhea-internals.ts';
import type { StoredEvent } from './stored-event.ts';

/** What a reader may send in one turn, so that the others get theirs. */
const turnEventsMax = 1000;
const turnBytesMax = 4 << 20;
/** Places of a session's 2,048 that readers leave to the answers of the nodes. */
const reservedDeliveries = 8;
/** With this much waiting in a socket, its client does not read: nothing more is added. */
const socketBytesMax = 16 << 20;

export interface ReaderOptions {
  readonly link: ServerSender;
  readonly partition: Partition;
  readonly consumerGroup: string;
  readonly epoch: number | undefined;
  /** Sequence number of the first event wanted. */
  readonly startSequence: number;
  /** Whether each event also tells how far the partition has got. */
  readonly withMetrics: boolean;
  readonly onDelivered: () => void;
  /** How long after its storing an event may be sent at the earliest. */
  readonly delayMs: () => number;
}

/** A client's link to a partition: sends what is stored as fast as credit, session and socket allow. */
export class Reader {
  readonly link: ServerSender;
  readonly partition: Partition;
  readonly consumerGroup: string;
  readonly epoch: number | undefined;
  readonly #options: ReaderOptions;
  readonly #forgetPartition: () => void;
  #next: number;
  /** Sequence numbers of events that are to be sent once more, the last one first. */
  #again: number[] = [];
  #delayTimer: NodeJS.Timeout | undefined;
  /** Deliveries handed to rhea, and credit given back; see `#unwritten`. */
  #sent = 0;
  #state: 'attaching' | 'open' | 'stopped' = 'attaching';

  constructor(options: ReaderOptions) {
    this.link = options.link;
    this.partition = options.partition;
    this.consumerGroup = options.consumerGroup;
    this.epoch = options.epoch;
    this.#options = options;
    this.#next = options.startSequence;
    this.#forgetPartition = this.partition.onStored(() => this.pump());
    // A client may send its first credit along with its attach, and rhea writes deliveries before our own attach:
    // the client would not know the link yet. So the first event goes out a turn later.
    setImmediate(() => {
      if (this.#state === 'attaching') this.#state = 'open';
      this.pump();
    });
  }

  /** Ends the reader; its link may be gone already. */
  stop(): void {
    this.#state = 'stopped';
    this.#forgetPartition();
    clearTimeout(this.#delayTimer);
  }

  /** Sequence number of the first event that was not sent yet. */
  get next(): number {
    return this.#next;
  }

  /** Sends events once more, before any new one; those that are not kept any more are passed over. */
  sendAgain(sequences: readonly number[]): void {
    this.#again = [...sequences.toReversed(), ...this.#again];
    this.pump();
  }

  /** Sends what may be sent now. To be called whenever events, credit, window or space may have come. */
  pump(): void {
    if (this.#state !== 'open') return;
    this.#next = Math.max(this.#next, this.partition.firstSequence); // It may have fallen behind the retention.
    let room = this.#room();
    let bytes = 0;
    while (room > 0 && bytes < turnBytesMax) {
      const event = this.#takeAgain() ?? this.#takeNext();
      if (event === undefined) break;
      bytes += this.#send(event);
      room--;
    }
    if (this.#next === this.partition.nextSequence && this.#unwritten === 0) this.#giveCreditBack();
  }

  #takeAgain(): StoredEvent | undefined {
    for (let sequence = this.#again.pop(); sequence !== undefined; sequence = this.#again.pop()) {
      if (sequence >= this.partition.firstSequence) return this.partition.at(sequence);
    }
    return undefined;
  }

  #takeNext(): StoredEvent | undefined {
    if (this.#next >= this.partition.nextSequence) return undefined;
    const event = this.partition.at(this.#next);
    const waitMs = event.enqueuedMs + this.#options.delayMs() - Date.now();
    if (waitMs > 0) {
      clearTimeout(this.#delayTimer);
      this.#delayTimer = setTimeout(() => this.pump(), waitMs);
      return undefined;
    }
    this.#next++;
    return event;
  }

  #send(event: StoredEvent): number {
    const wire = this.#options.withMetrics ? wireWithMetrics(event, this.partition.last, Date.now()) : event.wire;
    const delivery = this.link.send(wire, undefined, 0);
    // Sent settled: the position of a reader is the reader's own affair, so there is nothing to acknowledge.
    (delivery as { settled: boolean }).settled = true;
    this.#sent++;
    this.#options.onDelivered();
    return wire.length;
  }

  /** Deliveries that rhea has not written: it takes credit off, and counts, only when it writes, at the turn's end. */
  get #unwritten(): number {
    return this.#sent - this.link.delivery_count;
  }

  get #credit(): number {
    return this.link.credit - this.#unwritten;
  }

  #room(): number {
    const { session, connection } = this.link;
    if (connection.socket.writableLength > socketBytesMax) return 0;
    return Math.min(this.#credit, session.outgoing.available() - reservedDeliveries, turnEventsMax);
  }

  /** Answers a client that wants its credit used up at once. rhea counts credit given back as delivered. */
  #giveCreditBack(): void {
    if (!this.link._draining || this.link.credit === 0) return;
    const countBefore = this.link.delivery_count;
    this.link.set_drained(true);
    this.link.session._write_flow(this.link);
    this.#sent += this.link.delivery_count - countBefore;
  }
}
