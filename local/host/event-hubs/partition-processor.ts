import type { ReceivedEventData } from '@azure/event-hubs';
import { type Log, messageOf } from '../log.ts';
import type { EventHubSettings } from '../settings/event-hub-settings.ts';
import { EventGathering } from './event-gathering.ts';

export interface PartitionProcessorOptions {
  readonly name: string;
  readonly settings: EventHubSettings;
  readonly cardinality: 'one' | 'many';
  /** Runs the function, retries included; it never throws. */
  readonly invoke: (
    events: readonly ReceivedEventData[],
    isCheckpointingAfterInvocation: boolean,
    signal: AbortSignal,
  ) => Promise<void>;
  readonly checkpoint: (event: ReceivedEventData) => Promise<void>;
  /** Aborted when the listener stops. */
  readonly stopping: AbortSignal;
  readonly log: Log;
}

const idleCheckpointMs = 600_000;

/**
 * The loop over one partition: one batch after the other, and after each the checkpoint moves on, whether the function
 * succeeded, failed or ran out of time. It stays only where the batch was cut off: the listener stops, or another host has
 * taken the partition over; then the events come again.
 */
export class PartitionProcessor {
  readonly #options: PartitionProcessorOptions;
  readonly #gathering: EventGathering<ReceivedEventData>;
  readonly #ownershipLost = new AbortController();
  readonly #cut: AbortSignal;
  #turn: Promise<void> = Promise.resolve();
  #waitTimer: NodeJS.Timeout | undefined;
  #isFirstBatch = true;
  #batchesSinceCheckpoint = 0;
  #lastProcessed: ReceivedEventData | undefined;
  #lastBatchAtMs = Date.now();

  constructor(options: PartitionProcessorOptions) {
    const { minEventBatchSize, maxEventBatchSize } = options.settings;
    this.#options = options;
    this.#gathering = new EventGathering(minEventBatchSize, maxEventBatchSize);
    this.#cut = AbortSignal.any([options.stopping, this.#ownershipLost.signal]);
  }

  get isOwnershipLost(): boolean {
    return this.#ownershipLost.signal.aborted;
  }

  /** Takes what was received, nothing at all included; resolves when the function has run on it. */
  process(events: readonly ReceivedEventData[]): Promise<void> {
    return this.#inTurn(async () => {
      if (events.length === 0) return this.#checkpointWhenIdle();
      this.#lastBatchAtMs = Date.now();
      if (this.#options.cardinality === 'one') return this.#runOneByOne(events);
      const batch = this.#gathering.add(events);
      if (batch.length > 0) {
        clearTimeout(this.#waitTimer);
        this.#waitTimer = undefined;
        await this.#runBatch(batch);
      }
      this.#waitForMore();
    });
  }

  /** Another host owns the partition now: no more retries and no more checkpoints from here. */
  loseOwnership(): void {
    this.#ownershipLost.abort();
    clearTimeout(this.#waitTimer);
  }

  /** Resolves when the running batch has ended; batches that finished since the last checkpoint are then covered by one. */
  close(): Promise<void> {
    clearTimeout(this.#waitTimer);
    return this.#inTurn(async () => {
      if (this.#options.settings.batchCheckpointFrequency > 1) await this.#checkpointRest();
    });
  }

  /** Work on a partition is done in turn, whether it was received or its time of waiting is over. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work);
    return this.#turn;
  }

  async #runBatch(batch: readonly ReceivedEventData[]): Promise<void> {
    if (this.#cut.aborted) return;
    const isCheckpointing = this.#countBatch();
    await this.#options.invoke(batch, isCheckpointing, this.#cut);
    await this.#afterRun(batch.at(-1), isCheckpointing);
  }

  /** The events of one read count as one batch for the checkpoint, as in the Event Hubs extension. */
  async #runOneByOne(events: readonly ReceivedEventData[]): Promise<void> {
    const isCheckpointing = this.#countBatch();
    for (const event of events) {
      if (this.#cut.aborted) return;
      await this.#options.invoke([event], isCheckpointing, this.#cut);
    }
    await this.#afterRun(events.at(-1), isCheckpointing);
  }

  #countBatch(): boolean {
    this.#batchesSinceCheckpoint += 1;
    return this.#batchesSinceCheckpoint >= this.#options.settings.batchCheckpointFrequency;
  }

  async #afterRun(last: ReceivedEventData | undefined, isCheckpointing: boolean): Promise<void> {
    this.#isFirstBatch = false;
    if (this.#cut.aborted || last === undefined) return;
    this.#lastProcessed = last;
    if (isCheckpointing) await this.#moveCheckpoint(last);
  }

  /** A batch below the minimum waits for more; the first one of a partition does not, as its host may be new. */
  #waitForMore(): void {
    if (this.#gathering.isEmpty || this.#waitTimer !== undefined || this.#cut.aborted) return;
    const waitMs = this.#isFirstBatch ? 0 : this.#options.settings.maxWaitTimeMs;
    this.#waitTimer = setTimeout(() => {
      this.#inTurn(async () => {
        this.#waitTimer = undefined;
        const batch = this.#gathering.take();
        if (batch.length > 0) await this.#runBatch(batch);
      });
    }, waitMs);
  }

  async #checkpointWhenIdle(): Promise<void> {
    if (Date.now() - this.#lastBatchAtMs >= idleCheckpointMs) await this.#checkpointRest();
  }

  async #checkpointRest(): Promise<void> {
    if (this.#batchesSinceCheckpoint === 0 || this.#lastProcessed === undefined) return;
    if (!this.isOwnershipLost) await this.#moveCheckpoint(this.#lastProcessed);
  }

  /** Without the checkpoint the events come again after a restart: said, but no reason to stop. */
  async #moveCheckpoint(event: ReceivedEventData): Promise<void> {
    try {
      await this.#options.checkpoint(event);
      this.#batchesSinceCheckpoint = 0;
    } catch (error) {
      const message = `${this.#options.name}: the checkpoint at ${event.sequenceNumber} could not be written: ${messageOf(error)}`;
      this.#options.log('error', 'Host.Triggers.EventHubs', message);
    }
  }
}
