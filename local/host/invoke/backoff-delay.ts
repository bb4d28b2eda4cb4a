/** How far a delay may differ from its plan, so that many waiters do not come back at once. */
const randomShare = 0.2;

/**
 * The randomised exponential backoff of the WebJobs SDK: the first delay is the minimum, each further one doubles what is
 * added to it, until the maximum. One object serves one run of failures.
 */
export class BackoffDelay {
  readonly #minimumMs: number;
  readonly #maximumMs: number;
  readonly #random: () => number;
  #exponent = 0;
  #currentMs = 0;

  constructor(minimumMs: number, maximumMs: number, random: () => number = Math.random) {
    this.#minimumMs = minimumMs;
    this.#maximumMs = maximumMs;
    this.#random = random;
  }

  /** The delay after another failure, or after another look that found nothing. */
  next(): number {
    if (this.#currentMs === this.#maximumMs) return this.#currentMs;
    const factor = 1 - randomShare + 2 * randomShare * this.#random();
    const addedMs = this.#exponent === 0 ? 0 : factor * 2 ** (this.#exponent - 1) * this.#minimumMs;
    const plannedMs = this.#minimumMs + addedMs;
    this.#currentMs = Math.min(plannedMs, this.#maximumMs);
    if (plannedMs < this.#maximumMs) this.#exponent += 1;
    return this.#currentMs;
  }

  /** The delay after a success: the shortest; failures then count from there. */
  reset(): number {
    this.#exponent = 1;
    this.#currentMs = this.#minimumMs;
    return this.#currentMs;
  }
}
