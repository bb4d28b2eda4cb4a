import { setTimeout as sleep } from 'node:timers/promises';
import { ChangeFeedStartFrom, CosmosClient } from '@azure/cosmos';
import { documentsIn } from '../../src/core/outputs/pack-scores.ts';
import type { PackedScores } from '../../src/core/outputs/packed-scores.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { cosmos } from '../../src/core/resources.ts';

const pollMs = 20;

/** A document of the stream, and when it could first be read. */
export interface SeenDocument {
  readonly document: ScoreDocument;
  readonly seenAtMs: number;
}

/** Watches documents of streams appear, as any reader of the change feed would. */
export class StreamObserver {
  readonly #client: CosmosClient;
  readonly #documents: SeenDocument[] = [];
  /** Ids of packed documents: their item comes again with each that joins them. */
  readonly #packed = new Set<string>();
  readonly #watching: Promise<void>;
  readonly #spent = { requests: 0, charge: 0 };
  #isStopped = false;

  /** Sees what is written from now on. */
  constructor(connectionString: string) {
    this.#client = new CosmosClient(connectionString);
    this.#watching = this.#watch();
  }

  get documents(): readonly SeenDocument[] {
    return this.#documents;
  }

  /** What watching has cost so far, in requests and request units. */
  get spent(): { readonly requests: number; readonly charge: number } {
    return { ...this.#spent };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#watching;
    this.#client.dispose();
  }

  async #watch(): Promise<void> {
    const { database, containers } = cosmos;
    const container = this.#client.database(database).container(containers.predictions.name);
    const changes = container.items.getChangeFeedIterator({
      changeFeedStartFrom: ChangeFeedStartFrom.Now(),
      maxItemCount: 1_000,
    });
    while (!this.#isStopped) {
      const { result = [], requestCharge } = await changes.readNext();
      const seenAtMs = Date.now();
      this.#spent.requests += 1;
      this.#spent.charge += requestCharge;
      for (const item of result as unknown as (ScoreDocument | PackedScores)[]) {
        for (const document of this.#newIn(item)) this.#documents.push({ document, seenAtMs });
      }
      if (result.length === 0) await sleep(pollMs);
    }
  }

  #newIn(item: ScoreDocument | PackedScores): ScoreDocument[] {
    const documents = documentsIn(item).filter(({ source }) => source.kind === 'stream');
    if (!('scores' in item)) return documents;
    const fresh = documents.filter(({ id }) => !this.#packed.has(id));
    for (const { id } of fresh) this.#packed.add(id);
    return fresh;
  }
}

/** Milliseconds from the broker's taking an event to its document's being readable. */
export const latencyOf = ({ document, seenAtMs }: SeenDocument): number =>
  document.source.kind === 'stream' ? seenAtMs - Date.parse(document.source.enqueuedAt) : Number.NaN;

/** The value below which a share of all values lies (nearest rank); NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
