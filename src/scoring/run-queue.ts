import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Stretch, ToFeeds } from '../core/batch/feeds.ts';
import type { RecordBatch } from '../core/batch/record-batch.ts';
import { limits } from '../core/limits.ts';
import type { ReadScores, ScoredRows } from '../core/outputs/read-outputs.ts';
import type { Scorer } from './ports.ts';

/** How long one run of the model may hold up everything else in the process: a run is synchronous. */
const chunkMs = 4;
/** Until a model was timed, it is fed as little as can be. */
const firstChunkRows = 2;
/** Weight of the newest run in the running mean of a row's cost. */
const newestWeight = 0.2;

/** What a queue needs of a loaded model. */
export interface Runnable {
  readonly scorer: Scorer;
  readonly fetches: readonly string[];
  readonly toFeeds: ToFeeds;
  readonly readScores: ReadScores;
  /** Whether a run takes one row only. */
  readonly takesOneRow: boolean;
}

interface Job {
  readonly batch: RecordBatch;
  readonly scored: ScoredRows;
  /** Rows that have been taken into a chunk. */
  taken: number;
  readonly resolve: (scored: ScoredRows) => void;
  readonly reject: (error: unknown) => void;
}

/** A stretch of a job inside one chunk. */
interface Share extends Stretch {
  readonly job: Job;
}

/**
 * Runs a model over rows from many callers. What waits at the same turn of the event loop shares a run, and a run
 * takes about 4 ms, so neither many small callers nor one large one holds up the process. Nothing ever waits for company.
 */
export class RunQueue {
  readonly #model: Runnable;
  readonly #jobs: Job[] = [];
  #running = false;
  #rowMs: number | undefined;

  constructor(model: Runnable) {
    this.#model = model;
  }

  /** Scores of all rows of the batch, in order. A failing run fails only the callers that had rows in it. */
  score(batch: RecordBatch): Promise<ScoredRows> {
    const scored: ScoredRows = { scores: [], faults: new Map() };
    if (batch.length === 0) return Promise.resolve(scored);
    return new Promise((resolve, reject) => {
      this.#jobs.push({ batch, scored, taken: 0, resolve, reject });
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    // Callers of the same turn come together here.
    await nextTurn();
    while (this.#jobs.length > 0) await this.#runChunk(this.#nextChunk());
    this.#running = false;
  }

  #nextChunk(): Share[] {
    let room = this.#chunkRows();
    const shares: Share[] = [];
    while (room > 0 && this.#jobs.length > 0) {
      const job = this.#jobs[0] as Job;
      const from = job.taken;
      const to = Math.min(job.batch.length, from + room);
      shares.push({ job, batch: job.batch, from, to });
      job.taken = to;
      room -= to - from;
      if (to === job.batch.length) this.#jobs.shift();
    }
    return shares;
  }

  #chunkRows(): number {
    if (this.#model.takesOneRow) return 1;
    if (this.#rowMs === undefined) return firstChunkRows;
    return Math.max(1, Math.min(limits.batchRowsMax, Math.floor(chunkMs / this.#rowMs)));
  }

  async #runChunk(shares: readonly Share[]): Promise<void> {
    const { scorer, fetches, toFeeds, readScores } = this.#model;
    const rows = shares.reduce((sum, { from, to }) => sum + to - from, 0);
    try {
      const { feeds, fedRows } = toFeeds(shares);
      const started = performance.now();
      const outputs = await scorer.run(feeds, fetches);
      this.#learn(performance.now() - started, fedRows);
      this.#deliver(shares, readScores(outputs, rows, fedRows));
    } catch (error) {
      // Each caller fails for its own rows only: they run again, apart.
      if (shares.length > 1) for (const share of shares) await this.#runChunk([share]);
      else for (const { job } of shares) this.#fail(job, error);
    }
  }

  /** A small run is mostly overhead: it teaches only when it took too long all the same. */
  #learn(runMs: number, rows: number): void {
    const known = this.#rowMs;
    if (known !== undefined && runMs < chunkMs && rows < this.#chunkRows() / 2) return;
    this.#rowMs = known === undefined ? runMs / rows : known + newestWeight * (runMs / rows - known);
  }

  #deliver(shares: readonly Share[], { scores, faults }: ScoredRows): void {
    let at = 0;
    for (const { job, from, to } of shares) {
      for (let row = from; row < to; row++, at++) {
        job.scored.scores.push(scores[at]);
        const fault = faults.get(at);
        if (fault !== undefined) job.scored.faults.set(row, fault);
      }
      if (to === job.batch.length) job.resolve(job.scored);
    }
  }

  #fail(job: Job, error: unknown): void {
    const waiting = this.#jobs.indexOf(job);
    if (waiting >= 0) this.#jobs.splice(waiting, 1);
    job.reject(error);
  }
}
