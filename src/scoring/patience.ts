import { setTimeout as delay } from 'node:timers/promises';
import type { Code } from '../core/codes.ts';
import type { ScoringError } from '../core/fault.ts';
import type { Attempt } from './settle.ts';

const firstPauseMs = 250;
const longestPauseMs = 5_000;

/** What passes by itself. A setting that is missing does not. */
const passing: ReadonlySet<Code> = new Set([
  'sink.unavailable',
  'sink.throttled',
  'storage.unavailable',
  'outbound.unavailable',
]);

/** How long one attempt goes on trying: pauses that grow, longer where the other side asks for it, until its time is over. */
export class Patience {
  readonly #attempt: Attempt;
  #pauseMs = firstPauseMs;

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
  }

  /**
   * Waits before the next try.
   * @returns whether there is one
   */
  async wait(errors: readonly ScoringError[]): Promise<boolean> {
    const { waitUntilMs, stopping } = this.#attempt;
    if (waitUntilMs === undefined || stopping?.aborted || !errors.every(({ code }) => passing.has(code))) return false;
    const asked = Math.max(...errors.map(({ retryAfterMs = 0 }) => retryAfterMs));
    const pauseMs = Math.max(this.#pauseMs, asked);
    if (performance.now() + pauseMs > waitUntilMs) return false;
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
    return delay(pauseMs, true, stopping === undefined ? {} : { signal: stopping }).catch(() => false);
  }
}
