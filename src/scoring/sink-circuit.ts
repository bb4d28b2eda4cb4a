import type { ScoreDocument } from '../core/outputs/score-document.ts';
import type { Sink, SinkResult } from './ports.ts';

/**
 * A sink with a circuit in front. While it is dark, one document at a time asks whether it is back, for all callers
 * together; nothing else is sent, so that an outage is not met with thousands of requests that must fail.
 */
export class SinkCircuit<Item = ScoreDocument> implements Sink<Item> {
  readonly #sink: Sink<Item>;
  #isDark = false;
  #probe: Promise<SinkResult> | undefined;

  constructor(sink: Sink<Item>) {
    this.#sink = sink;
  }

  get name(): string {
    return this.#sink.name;
  }

  async write(documents: readonly Item[]): Promise<readonly SinkResult[]> {
    const [first, ...others] = documents;
    if (first === undefined) return [];
    if (!this.#isDark) return this.#writeAll(documents);
    const isOwn = this.#probe === undefined;
    const answer = await this.#ask(first);
    if (isDarkness(answer)) return documents.map(() => answer);
    return isOwn ? [answer, ...(await this.#writeAll(others))] : this.#writeAll(documents);
  }

  /** One question at a time: who comes meanwhile waits for the same answer. */
  #ask(document: Item): Promise<SinkResult> {
    this.#probe ??= this.#writeAll([document])
      .then(([answer]) => answer as SinkResult)
      .finally(() => {
        this.#probe = undefined;
      });
    return this.#probe;
  }

  async #writeAll(documents: readonly Item[]): Promise<readonly SinkResult[]> {
    if (documents.length === 0) return [];
    const results = await this.#sink.write(documents);
    this.#isDark = results.every(isDarkness);
    return results;
  }
}

/** No answer at all. Being slowed down is an answer. */
const isDarkness = (result: SinkResult): boolean =>
  result.kind === 'error' && ['sink.unavailable', 'outbound.unavailable'].includes(result.error.code);
