import { ScoringError } from '../../core/fault.ts';
import type { CallLimits } from './call-limits.ts';

type GateLimits = Pick<CallLimits, 'callsMax' | 'callsWaitingMax' | 'callsBytesMax'>;

/** Lets so many calls be worked on at once; the next ones wait in turn, and what exceeds that is refused at once. */
export class CallGate {
  readonly #limits: GateLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #bytes = 0;

  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  /**
   * Lets a call in; `leave` must follow when it is answered.
   * @param bytes size of its body
   * @returns resolves when the call's turn has come; undefined when it has already
   * @throws {ScoringError} `request.overloaded`
   */
  enter(bytes: number): Promise<void> | undefined {
    const { callsMax, callsWaitingMax, callsBytesMax } = this.#limits;
    if (this.#bytes + bytes > callsBytesMax) throw overloaded(`bodies of at most ${callsBytesMax} bytes`);
    const mustWait = this.#running >= callsMax;
    if (mustWait && this.#waiting.length >= callsWaitingMax) {
      throw overloaded(`at most ${callsWaitingMax} calls that wait`);
    }
    this.#bytes += bytes;
    if (mustWait) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#running++;
    return undefined;
  }

  /** Gives the turn to the one that waits longest. @param bytes as it came in */
  leave(bytes: number): void {
    this.#bytes -= bytes;
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}

const overloaded = (expected: string) =>
  new ScoringError('request.overloaded', `Expected ${expected}, got more: come again.`, { retryable: true });
