const deathsMax = 3;
const windowMs = 30 * 60_000;

/** Counts deaths of the worker as the Functions host does: a death more than 30 minutes after the last one starts a new count. */
export class CrashBudget {
  #deaths = 0;
  #lastAtMs = Number.NEGATIVE_INFINITY;

  /** @returns whether the worker may be started again */
  spend(nowMs: number): boolean {
    if (nowMs - this.#lastAtMs > windowMs) this.#deaths = 0;
    this.#lastAtMs = nowMs;
    this.#deaths += 1;
    return this.#deaths < deathsMax;
  }
}
