import { ScoringError } from '../core/fault.ts';
import { callSettings } from '../core/resources.ts';

/** How often late calls are looked for, at most this late. */
const watchMs = 50;

interface Watched {
  readonly deadline: Deadline;
  readonly reject: (error: ScoringError) => void;
}

/**
 * All work that has a deadline, each in a place of its own that is used again. One timer for all of it: one for each
 * call would cost a tenth of a small call. A Set would do, but every table that it outgrows keeps what was in it alive
 * until the next full collection, and made small calls half as fast again.
 */
const places: (Watched | undefined)[] = [];
const freePlaces: number[] = [];
let timer: NodeJS.Timeout | undefined;

function rejectLate(): void {
  const now = performance.now();
  for (const [place, work] of places.entries()) {
    if (!work?.deadline.isOverAt(now)) continue;
    // Whoever watches lets go of the place: it is asked for once only.
    places[place] = undefined;
    work.reject(work.deadline.error());
  }
  if (places.length > freePlaces.length) return;
  clearInterval(timer);
  timer = undefined;
}

/** The work of this place is done, in time or not. */
export function unwatch(place: number): void {
  places[place] = undefined;
  freePlaces.push(place);
}

/** What a call fails with that is not answered in time. */
function noAnswer(ms: number): ScoringError {
  const message = `Expected an answer within ${ms} ms (app setting ${callSettings.seconds}), got none: send fewer rows a call.`;
  return new ScoringError('request.timed_out', message, { retryable: true });
}

/** When a call must be answered, or a part of it done. */
export class Deadline {
  readonly #ms: number;
  readonly #atMs: number;
  readonly #late: (ms: number) => ScoringError;

  /**
   * @param ms from now on
   * @param late makes the error of work that does not meet it
   */
  constructor(ms: number, late = noAnswer) {
    this.#ms = ms;
    this.#atMs = performance.now() + ms;
    this.#late = late;
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
    return this.#late(this.#ms);
  }

  /**
   * What the work comes to, if that is in time; late results are thrown away.
   * @throws {ScoringError} `request.timed_out`, or what the deadline says otherwise
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

  /** Has late work told, until `unwatch` ends it, which must be called once. @returns its place */
  watch(reject: (error: ScoringError) => void): number {
    const place = freePlaces.pop() ?? places.length;
    places[place] = { deadline: this, reject };
    timer ??= setInterval(rejectLate, watchMs).unref();
    return place;
  }
}
