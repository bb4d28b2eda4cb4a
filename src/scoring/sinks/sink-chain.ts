import type { ScoreDocument } from '../../core/outputs/score-document.ts';
import type { Sink, SinkResult } from '../ports.ts';

/**
 * What a document has to pass, in turn, for one attempt at a batch. The container of documents stands last: that a
 * document is there says that all else about it is done, and what fails before leaves no document that would then have
 * a second place. A document that is written again goes on where it was stopped.
 */
export class SinkChain implements Sink {
  readonly #stages: readonly Sink[];
  /** How many stages each document has passed. */
  readonly #passed = new WeakMap<ScoreDocument, number>();

  /** @param stages one at least */
  constructor(stages: readonly Sink[]) {
    this.#stages = stages;
  }

  /** That of the last stage: what waits, waits for it. */
  get name(): string {
    return this.#stages.at(-1)?.name ?? '';
  }

  async write(documents: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
    const results = new Map<ScoreDocument, SinkResult>();
    for (const [i, stage] of this.#stages.entries()) {
      const due = documents.filter(
        (document) => this.#passesSo(results.get(document)) && this.#stageOf(document) === i,
      );
      if (due.length === 0) continue;
      const written = await stage.write(due);
      due.forEach((document, j) => {
        const result = written[j] as SinkResult;
        results.set(document, result);
        if (this.#passesSo(result)) this.#passed.set(document, i + 1);
      });
    }
    return documents.map((document) => results.get(document) ?? { kind: 'existed' });
  }

  #stageOf(document: ScoreDocument): number {
    return this.#passed.get(document) ?? 0;
  }

  #passesSo(result: SinkResult | undefined): boolean {
    return result === undefined || result.kind === 'created' || result.kind === 'existed';
  }
}
