import { setImmediate as nextTurn } from 'node:timers/promises';
import { limits } from '../core/limits.ts';
import type { Deadline } from './deadline.ts';

/** How long one run of the model may hold up everything else in the process: a run is synchronous. */
const chunkMs = 4;
/** Until a model was timed, it is fed as little as can be. */
const firstChunkRows = 2;
/**
 * Weight of the newest run in the running mean of a row's cost. A run looks dear when others had the processor meanwhile,
 * and chunks that grow small for it would only cost more: what is cheaper than thought is believed sooner.
 */
const newestWeight = { cheaper: 0.4, dearer: 0.1 };

/** A stretch of one caller's rows inside a run, and where what comes of them goes. */
export interface Share<Batch, Result> {
  readonly batch: Batch;
  readonly from: number;
  readonly to: number;
  readonly result: Result;
}

/** What a run cost, without what lies around it. */
export interface RunCost {
  readonly ms: number;
  /** Rows that were fed, padding included. */
  readonly rows: number;
}

/** Runs a model over stretches of rows. */
export interface Runner<Batch, Result> {
  /** The fewest and the most rows of a run, whatever they cost. */
  readonly rowsMin: number;
  readonly rowsMax: number;
  /** Whether rows of both may share a run. */
  mayShare(first: Batch, other: Batch): boolean;
  /** Runs the stretches as one and writes what comes of each into its result; into none of them when it fails. */
  run(shares: readonly Share<Batch, Result>[]): Promise<RunCost>;
}

interface Job<Batch, Result> {
  readonly batch: Batch;
  readonly result: Result;
  readonly deadline: Deadline | undefined;
  /** Rows that have been taken into a chunk. */
  taken: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

interface JobShare<Batch, Result> extends Share<Batch, Result> {
  readonly job: Job<Batch, Result>;
}

/**
 * Runs a model over rows from many callers. What waits at the same turn of the event loop shares a run, and a run
 * takes about 4 ms, so neither many small callers nor one large one holds up the process. Nothing ever waits for company
 * longer than to the end of this turn, and not even that where the caller before had none.
 */
export class ChunkQueue<Batch extends { readonly length: number }, Result> {
  readonly #runner: Runner<Batch, Result>;
  readonly #jobs: Job<Batch, Result>[] = [];
  #running = false;
  /** Whether callers shared a run the last time that the queue was at work. */
  #expectsCompany = true;
  #rowMs: number | undefined;

  constructor(runner: Runner<Batch, Result>) {
    this.#runner = runner;
  }

  /**
   * Runs all rows of the batch, which has some, in order. A failing run fails only the callers that had rows in it.
   * @param result what the runner fills
   * @throws {ScoringError} `request.timed_out` when the deadline is over before the last chunk has run
   */
  run(batch: Batch, result: Result, deadline: Deadline | undefined): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({ batch, result, deadline, taken: 0, resolve, reject });
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    // Callers of the same turn come together here.
    if (this.#expectsCompany) await nextTurn();
    let hadCompany = false;
    while (this.#jobs.length > 0) {
      const shares = this.#nextChunk();
      hadCompany ||= shares.length > 1;
      await this.#runChunk(shares);
    }
    this.#expectsCompany = hadCompany;
    this.#running = false;
  }

  #nextChunk(): JobShare<Batch, Result>[] {
    let room = this.#chunkRows();
    const now = performance.now();
    const shares: JobShare<Batch, Result>[] = [];
    while (room > 0 && this.#jobs.length > 0) {
      const job = this.#jobs[0] as Job<Batch, Result>;
      if (job.deadline?.isOverAt(now)) {
        this.#jobs.shift();
        job.reject(job.deadline.error());
        continue;
      }
      const [first] = shares;
      if (first !== undefined && !this.#runner.mayShare(first.batch, job.batch)) break;
      const from = job.taken;
      const to = this.#endOf(job, room);
      shares.push({ job, batch: job.batch, result: job.result, from, to });
      job.taken = to;
      room -= to - from;
      if (to === job.batch.length) this.#jobs.shift();
    }
    return shares;
  }

  /** Where the job's part of a chunk ends. What is left of it is never too little for a run. */
  #endOf({ batch, taken }: Job<Batch, Result>, room: number): number {
    const end = Math.min(batch.length, taken + room);
    const left = batch.length - end;
    return left > 0 && left < this.#runner.rowsMin ? batch.length : end;
  }

  #chunkRows(): number {
    const { rowsMin, rowsMax } = this.#runner;
    const rows = this.#rowMs === undefined ? firstChunkRows : Math.floor(chunkMs / this.#rowMs);
    return Math.max(rowsMin, Math.min(rowsMax, limits.batchRowsMax, rows));
  }

  async #runChunk(shares: readonly JobShare<Batch, Result>[]): Promise<void> {
    if (shares.length === 0) return;
    try {
      this.#learn(await this.#runner.run(shares));
    } catch (error) {
      // Each caller fails for its own rows only: they run again, apart.
      if (shares.length > 1) for (const share of shares) await this.#runChunk([share]);
      else for (const { job } of shares) this.#fail(job, error);
      return;
    }
    const now = performance.now();
    for (const { job, to } of shares) if (to === job.batch.length) finish(job, now);
  }

  /** A small run is mostly overhead: it teaches only when it took too long all the same. */
  #learn({ ms, rows }: RunCost): void {
    const known = this.#rowMs;
    if (known !== undefined && ms < chunkMs && rows < this.#chunkRows() / 2) return;
    const rowMs = ms / rows;
    const weight = known !== undefined && rowMs < known ? newestWeight.cheaper : newestWeight.dearer;
    this.#rowMs = known === undefined ? rowMs : known + weight * (rowMs - known);
  }

  #fail(job: Job<Batch, Result>, error: unknown): void {
    const waiting = this.#jobs.indexOf(job);
    if (waiting >= 0) this.#jobs.splice(waiting, 1);
    job.reject(error);
  }
}

/** A result that is late is thrown away. */
function finish<Batch, Result>({ deadline, result, resolve, reject }: Job<Batch, Result>, now: number): void {
  if (deadline?.isOverAt(now)) reject(deadline.error());
  else resolve(result);
}
