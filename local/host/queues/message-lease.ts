import type { QueueClient } from '@azure/storage-queue';
import { type Log, messageOf } from '../log.ts';

/**
 * Keeps a message invisible to others while a function works on it, by renewing at half its time. When the host dies
 * nobody renews, and the message comes back when its time is over.
 */
export class MessageLease {
  readonly #queue: QueueClient;
  readonly #messageId: string;
  readonly #leaseMs: number;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #renewal: Promise<void> = Promise.resolve();
  /** Changes with each renewal; a stale one is refused. */
  popReceipt: string;

  constructor(queue: QueueClient, message: { messageId: string; popReceipt: string }, leaseMs: number, log: Log) {
    this.#queue = queue;
    this.#messageId = message.messageId;
    this.popReceipt = message.popReceipt;
    this.#leaseMs = leaseMs;
    this.#log = log;
    this.#schedule();
  }

  /** Stops renewing; resolves when no renewal is under way, so that `popReceipt` is the last one. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#renewal;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#renewal = this.#renew();
    }, this.#leaseMs / 2);
  }

  /** After a refusal somebody else has the message: nothing is left to renew. */
  async #renew(): Promise<void> {
    try {
      const seconds = Math.ceil(this.#leaseMs / 1000);
      const answer = await this.#queue.updateMessage(this.#messageId, this.popReceipt, undefined, seconds);
      this.popReceipt = answer.popReceipt ?? this.popReceipt;
      this.#schedule();
    } catch (error) {
      const message = `Queue ${this.#queue.name}: message ${this.#messageId} could not be kept: ${messageOf(error)}`;
      this.#log('warning', 'Host.Triggers.Queues', message);
    }
  }
}
