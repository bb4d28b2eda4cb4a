export interface ThrottleLimits {
  readonly maxConcurrentRequests: number;
  /** Running and waiting ones together. */
  readonly maxOutstandingRequests: number;
}

/** Lets so many calls run at a time; the next ones wait in a queue of bounded length. */
export class RequestThrottle {
  readonly #limits: ThrottleLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: ThrottleLimits) {
    this.#limits = limits;
  }

  /**
   * Asks for a turn.
   * @returns resolves when it has come, and `leave` must then be called once; undefined when too many are outstanding
   */
  enter(): Promise<void> | undefined {
    if (this.#running + this.#waiting.length >= this.#limits.maxOutstandingRequests) return undefined;
    if (this.#running < this.#limits.maxConcurrentRequests) {
      this.#running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives the turn to the one that waits longest. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
