import type { ScoreDocument } from '../../core/outputs/score-document.ts';
import type { Metrics, Sink, SinkResult } from '../ports.ts';

/** The sink of one attempt at a batch: what is written to it after the first time is written again. */
export class CountedRetries implements Sink {
  readonly #sink: Sink;
  readonly #metrics: Metrics;
  readonly #hub: string;
  #isFirst = true;

  constructor(sink: Sink, metrics: Metrics, hub: string) {
    this.#sink = sink;
    this.#metrics = metrics;
    this.#hub = hub;
  }

  get name(): string {
    return this.#sink.name;
  }

  write(documents: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
    if (!this.#isFirst) this.#metrics.record('retries', documents.length, { hub: this.#hub, of: 'document' });
    this.#isFirst = false;
    return this.#sink.write(documents);
  }
}
