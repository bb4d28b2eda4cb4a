import { ScoringError } from '../core/fault.ts';

/** How often late calls are looked for, at most this late. */
const watchMs = 50;

/** Work that has a deadline. */
export interface Watched {
  readonly deadline: Deadline;
  readonly reject: (error: ScoringError) => void;
}

/** All work that has a deadline. One timer for all of it: one for each call would cost a tenth of a small call. */
const watched = new Set<Watched>();
let timer: NodeJS.Timeout | undefined;

function rejectLate(): void {
  const now = performance.now();
  for (const work of watched) {
    if (!work.deadline.isOverAt(now)) continue;
    unwatch(work);
    work.reject(work.deadline.error());
  }
  if (watched.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

/** When a call must be answered. */
export class Deadline {
  readonly #ms: number;
  readonly #atMs: number;

  /** @param ms from now on */
  constructor(ms: number) {
    this.#ms = ms;
    this.#atMs = performance.now() + ms;
  }

  get isOver(): boolean {
    return this.isOverAt(performance.now());
  }

  /** @param now on the clock of `performance.now()` */
  isOverAt(now: number): boolean {
    return now > this.#atMs;
  }

  /** What a late call fails with. */
  error(): ScoringError {
    const message = `Expected an answer within ${this.#ms} ms, got none: send fewer rows a call.`;
    return new ScoringError('request.timed_out', message, { retryable: true });
  }

  /**
   * What the work comes to, if that is in time; late results are thrown away.
   * @throws {ScoringError} `request.timed_out`
   */
  meet<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiting = this.watch(reject);
      work.then(
        (value) => {
          unwatch(waiting);
          resolve(value);
        },
        (error) => {
          unwatch(waiting);
          reject(error);
        },
      );
    });
  }

  /** Has late work told, until `unwatch` ends it. */
  watch(reject: (error: ScoringError) => void): Watched {
    const work = { deadline: this, reject };
    watched.add(work);
    timer ??= setInterval(rejectLate, watchMs).unref();
    return work;
  }
}

/** The work is done, in time or not. */
export function unwatch(work: Watched): void {
  watched.delete(work);
}
