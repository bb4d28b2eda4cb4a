import type { EventHubProducerClient } from '@azure/event-hubs';
import { ScoringError } from '../core/fault.ts';
import type { OutboundMessage, Sink, SinkResult } from '../scoring/ports.ts';
import { inPool } from './pool.ts';

/** Batches under way at once: a batch has one partition key, that is one device. */
const batchesMax = 8;
const sendTimeoutMs = 20_000;

/** Another event hub, over one connection for the whole process. */
export class EventHubOutbound implements Sink<OutboundMessage> {
  readonly name: string;
  readonly #producer: () => Promise<EventHubProducerClient>;

  /** @param producer opens the hub when it is first needed */
  constructor(hub: string, producer: () => Promise<EventHubProducerClient>) {
    this.name = `event hub ${hub}`;
    this.#producer = producer;
  }

  async write(messages: readonly OutboundMessage[]): Promise<readonly SinkResult[]> {
    const results = new Map<OutboundMessage, SinkResult>();
    const groups = [...Map.groupBy(messages, ({ partitionKey }) => partitionKey)];
    await inPool(groups, batchesMax, async ([partitionKey, group]) => {
      const batches = new KeyBatches(this.#producer, partitionKey, results);
      for (const message of group) await batches.add(message);
      await batches.send();
    }).catch((error: unknown) => {
      const failed = this.#failure(error);
      for (const message of messages) if (!results.has(message)) results.set(message, failed);
    });
    return messages.map((message) => results.get(message) as SinkResult);
  }

  #failure(thrown: unknown): SinkResult {
    if (thrown instanceof ScoringError) return { kind: 'error', error: thrown };
    const { code, message } = (thrown ?? {}) as { code?: string; message?: string };
    const said = `${this.name}: ${code ?? 'no answer'}: ${(message ?? String(thrown)).split('\n')[0]}`;
    const error = new ScoringError('outbound.unavailable', said, { retryable: true, cause: thrown });
    return { kind: 'error', error };
  }
}

type Batch = Awaited<ReturnType<EventHubProducerClient['createBatch']>>;

/** Messages with one partition key, sent in as few batches as they fit in. */
class KeyBatches {
  readonly #producer: () => Promise<EventHubProducerClient>;
  readonly #partitionKey: string | undefined;
  readonly #results: Map<OutboundMessage, SinkResult>;
  #batch: Batch | undefined;
  #inBatch: OutboundMessage[] = [];

  constructor(
    producer: () => Promise<EventHubProducerClient>,
    partitionKey: string | undefined,
    results: Map<OutboundMessage, SinkResult>,
  ) {
    this.#producer = producer;
    this.#partitionKey = partitionKey;
    this.#results = results;
  }

  async add(message: OutboundMessage): Promise<void> {
    const event = eventOf(message);
    this.#batch ??= await this.#newBatch();
    if (this.#batch.tryAdd(event)) {
      this.#inBatch.push(message);
      return;
    }
    if (this.#inBatch.length === 0) {
      this.#results.set(message, tooLarge(event.body.length, this.#batch.maxSizeInBytes));
      return;
    }
    await this.send();
    await this.add(message);
  }

  async send(): Promise<void> {
    if (this.#batch === undefined || this.#inBatch.length === 0) return;
    const producer = await this.#producer();
    await producer.sendBatch(this.#batch, { abortSignal: AbortSignal.timeout(sendTimeoutMs) });
    for (const message of this.#inBatch) this.#results.set(message, { kind: 'created' });
    this.#batch = undefined;
    this.#inBatch = [];
  }

  async #newBatch(): Promise<Batch> {
    const producer = await this.#producer();
    const abortSignal = AbortSignal.timeout(sendTimeoutMs);
    const partitionKey = this.#partitionKey;
    return producer.createBatch(partitionKey === undefined ? { abortSignal } : { abortSignal, partitionKey });
  }
}

const eventOf = ({ document }: OutboundMessage) => ({
  body: Buffer.from(JSON.stringify(document)),
  contentType: 'application/json',
  messageId: document.id,
  properties: { model: document.model },
});

const tooLarge = (bytes: number, bytesMax: number): SinkResult => ({
  kind: 'fault',
  fault: {
    code: 'sink.refused',
    path: '',
    expected: `a document of less than ${bytesMax} bytes, as the event hub takes it`,
    got: String(bytes),
  },
});
