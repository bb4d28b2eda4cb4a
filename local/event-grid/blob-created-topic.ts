import { randomUUID } from 'node:crypto';
import type { BlobServiceClient } from '@azure/storage-blob';
import type { QueueServiceClient } from '@azure/storage-queue';
import type { BlobWritten } from '../storage/storage-emulator.ts';

export interface BlobCreatedTopicOptions {
  readonly connectionString: string;
  /** Only blobs of this container are announced, as a subscription's subject filter has it. */
  readonly container: string;
  /** The storage queue that takes the announcements. */
  readonly queue: string;
}

interface Clients {
  readonly blobs: BlobServiceClient;
  readonly queues: QueueServiceClient;
}

/** Tries to deliver one announcement; the service itself goes on for a day. */
const triesMax = 5;

/**
 * Plays Event Grid's system topic of a storage account with a subscription that delivers BlobCreated events into a
 * storage queue: one event a message, in the Event Grid schema, as base64.
 */
export class BlobCreatedTopic {
  readonly #options: BlobCreatedTopicOptions;
  #clients: Promise<Clients> | undefined;
  readonly #underWay = new Set<Promise<void>>();
  /** Grows from run to run: later changes of a blob have later numbers. */
  #sequence = BigInt(Date.now()) << 16n;

  constructor(options: BlobCreatedTopicOptions) {
    this.#options = options;
  }

  /**
   * Loads what it delivers with, which the first announcement else has to wait for. Many a twin has no uploads, and the
   * clients are half of what its services load.
   */
  open(): Promise<Clients> {
    this.#clients ??= clientsOf(this.#options.connectionString);
    return this.#clients;
  }

  /** Announces a written blob; delivery goes on by itself. */
  announce(blob: BlobWritten): void {
    if (blob.container !== this.#options.container) return;
    const sequencer = (this.#sequence++).toString(16).padStart(32, '0');
    const delivery = this.#deliver(blob, sequencer).finally(() => this.#underWay.delete(delivery));
    this.#underWay.add(delivery);
  }

  /** Resolves when everything announced so far is delivered or given up. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async #deliver(written: BlobWritten, sequencer: string): Promise<void> {
    for (let attempt = 1; attempt <= triesMax; attempt++) {
      try {
        const message = await this.#eventOf(written, sequencer);
        const text = Buffer.from(JSON.stringify(message)).toString('base64');
        const { queues } = await this.open();
        await queues.getQueueClient(this.#options.queue).sendMessage(text);
        return;
      } catch (error) {
        // A blob that was deleted since is announced to nobody.
        if ((error as { statusCode?: number }).statusCode === 404 || attempt === triesMax) return;
      }
    }
  }

  async #eventOf({ api, container, name }: BlobWritten, sequencer: string): Promise<object> {
    const { blobs } = await this.open();
    const blob = blobs.getContainerClient(container).getBlobClient(name);
    const { etag, contentType, contentLength, blobType } = await blob.getProperties();
    const account = blobs.accountName;
    return {
      topic: `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers/Microsoft.Storage/storageAccounts/${account}`,
      subject: `/blobServices/default/containers/${container}/blobs/${name}`,
      eventType: 'Microsoft.Storage.BlobCreated',
      eventTime: new Date().toISOString(),
      id: randomUUID(),
      data: {
        api,
        clientRequestId: randomUUID(),
        requestId: randomUUID(),
        eTag: etag,
        contentType,
        contentLength,
        blobType,
        url: blob.url,
        sequencer,
        storageDiagnostics: { batchId: randomUUID() },
      },
      dataVersion: '',
      metadataVersion: '1',
    };
  }
}

async function clientsOf(connectionString: string): Promise<Clients> {
  const [blob, queue] = await Promise.all([import('@azure/storage-blob'), import('@azure/storage-queue')]);
  return {
    blobs: blob.BlobServiceClient.fromConnectionString(connectionString),
    queues: queue.QueueServiceClient.fromConnectionString(connectionString),
  };
}
