import type { ToFeeds } from '../core/batch/feeds.ts';
import type { RecordBatch } from '../core/batch/record-batch.ts';
import type { ReadScores, ScoredRows } from '../core/outputs/read-outputs.ts';
import { ChunkQueue, type RunCost, type Runner, type Share } from './chunk-queue.ts';
import type { Deadline } from './deadline.ts';
import type { Scorer } from './ports.ts';

/** What a queue needs of a loaded model. */
export interface Runnable {
  readonly scorer: Scorer;
  readonly fetches: readonly string[];
  readonly toFeeds: ToFeeds;
  readonly readScores: ReadScores;
  /** Whether a run takes one row only. */
  readonly takesOneRow: boolean;
}

export interface RunQueueOptions {
  /** Whether rows of several callers may share a run; measuring alone has a use for it. */
  readonly sharesRuns?: boolean;
}

/** Scores the rows of all callers of a model, many in a run. */
export class RunQueue {
  readonly #queue: ChunkQueue<RecordBatch, ScoredRows>;

  constructor(model: Runnable, { sharesRuns = true }: RunQueueOptions = {}) {
    this.#queue = new ChunkQueue(new RowRunner(model, sharesRuns));
  }

  /**
   * Scores of all rows of the batch, in order. A failing run fails only the callers that had rows in it.
   * @throws {ScoringError} `model.run_failed`, `request.timed_out`
   */
  score(batch: RecordBatch, deadline?: Deadline): Promise<ScoredRows> {
    const scored: ScoredRows = { scores: [], faults: new Map() };
    return batch.length === 0 ? Promise.resolve(scored) : this.#queue.run(batch, scored, deadline);
  }
}

class RowRunner implements Runner<RecordBatch, ScoredRows> {
  readonly rowsMin = 1;
  readonly rowsMax: number;
  readonly #model: Runnable;
  readonly #sharesRuns: boolean;

  constructor(model: Runnable, sharesRuns: boolean) {
    this.#model = model;
    this.#sharesRuns = sharesRuns;
    this.rowsMax = model.takesOneRow ? 1 : Number.POSITIVE_INFINITY;
  }

  mayShare(): boolean {
    return this.#sharesRuns;
  }

  async run(shares: readonly Share<RecordBatch, ScoredRows>[]): Promise<RunCost> {
    const { scorer, fetches, toFeeds, readScores } = this.#model;
    const rows = shares.reduce((sum, { from, to }) => sum + to - from, 0);
    const { feeds, fedRows } = toFeeds(shares);
    const started = performance.now();
    const outputs = await scorer.run(feeds, fetches);
    const ms = performance.now() - started;
    deliver(shares, readScores(outputs, rows, fedRows));
    return { ms, rows: fedRows };
  }
}

function deliver(shares: readonly Share<RecordBatch, ScoredRows>[], { scores, faults }: ScoredRows): void {
  let at = 0;
  for (const { result, from, to } of shares) {
    for (let row = from; row < to; row++, at++) {
      result.scores.push(scores[at]);
      const fault = faults.get(at);
      if (fault !== undefined) result.faults.set(row, fault);
    }
  }
}
