import { limits } from '../../core/limits.ts';
import type { ScoreDocument } from '../../core/outputs/score-document.ts';
import type { Metrics, Sink, SinkResult } from '../ports.ts';

/**
 * A sink of documents that tells how long writes take, what fails, and how the scores are spread. A document is counted
 * when it is created: one that is delivered again counts once.
 */
export class MeasuredSink implements Sink {
  readonly #sink: Sink;
  readonly #metrics: Metrics;
  /** Classes that were seen, by model and output. */
  readonly #classes = new Map<string, Set<string>>();

  constructor(sink: Sink, metrics: Metrics) {
    this.#sink = sink;
    this.#metrics = metrics;
  }

  get name(): string {
    return this.#sink.name;
  }

  async write(documents: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
    if (!this.#metrics.isOn) return this.#sink.write(documents);
    const started = performance.now();
    const results = await this.#sink.write(documents);
    this.#metrics.record('sinkDuration', (performance.now() - started) / 1000, { sink: this.name });
    results.forEach((result, i) => {
      if (result.kind === 'created') this.#count(documents[i] as ScoreDocument);
      if (result.kind === 'error') this.#metrics.record('sinkErrors', 1, { sink: this.name, code: result.error.code });
    });
    return results;
  }

  #count({ model, version, outputs }: ScoreDocument): void {
    this.#metrics.record('documents', 1, { sink: this.name, model, version });
    for (const [output, value] of Object.entries(outputs)) {
      if (typeof value === 'number') {
        this.#metrics.record(value < 0 ? 'scoresBelowZero' : 'scores', Math.abs(value), { model, version, output });
      }
      if (typeof value === 'string') {
        const label = this.#known(`${model}/${version}/${output}`, value);
        this.#metrics.record('classes', 1, { model, version, output, label });
      }
    }
  }

  /** The class, as long as there are few: each makes a series of its own wherever figures are kept. */
  #known(output: string, label: string): string {
    let known = this.#classes.get(output);
    if (known === undefined) {
      known = new Set();
      this.#classes.set(output, known);
    }
    if (known.has(label)) return label;
    if (known.size >= limits.metricClassesMax) return 'other';
    known.add(label);
    return label;
  }
}
