import { ScoringError } from '../core/fault.ts';

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
    return performance.now() > this.#atMs;
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
  async meet<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.error()), this.#ms);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
