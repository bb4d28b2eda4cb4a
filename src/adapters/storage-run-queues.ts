import type { QueueServiceClient } from '@azure/storage-queue';
import { announcementOf } from '../core/events/blob-created.ts';
import { ScoringError } from '../core/fault.ts';
import type { PartMessage } from '../core/files/part-message.ts';
import { queues } from '../core/resources.ts';
import type { RunQueues } from '../scoring/files/run-ports.ts';
import { inPool } from './pool.ts';

/** Messages that are sent at once. */
const sendsAtOnce = 16;

/** The queues of runs as Storage queues, whose messages are base64 as the host reads them. */
export class StorageRunQueues implements RunQueues {
  readonly #service: () => Promise<QueueServiceClient>;

  constructor(service: () => Promise<QueueServiceClient>) {
    this.#service = service;
  }

  async sendParts(messages: readonly PartMessage[]): Promise<void> {
    await inPool(messages, sendsAtOnce, (message) => this.#send(queues.parts, message));
  }

  announce(container: string, blob: string, again: boolean): Promise<void> {
    return this.#send(queues.incoming, announcementOf(container, blob, again));
  }

  async #send(queue: string, message: object): Promise<void> {
    const service = await this.#service();
    try {
      await service.getQueueClient(queue).sendMessage(Buffer.from(JSON.stringify(message)).toString('base64'));
    } catch (error) {
      const { code = 'nothing' } = (error ?? {}) as { code?: string };
      const text = `queue ${queue}: queue storage answered ${code}`;
      throw new ScoringError('storage.unavailable', text, { retryable: true, cause: error });
    }
  }
}
