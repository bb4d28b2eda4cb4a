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
   * Works on a call when its turn has come.
   * @param bytes size of its body
   * @throws {ScoringError} `request.overloaded`
   */
  async run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const { callsMax, callsWaitingMax, callsBytesMax } = this.#limits;
    if (this.#bytes + bytes > callsBytesMax) throw overloaded(`bodies of at most ${callsBytesMax} bytes`);
    this.#bytes += bytes;
    try {
      if (this.#running >= callsMax) {
        if (this.#waiting.length >= callsWaitingMax) throw overloaded(`at most ${callsWaitingMax} calls that wait`);
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      } else this.#running++;
      try {
        return await work();
      } finally {
        this.#leave();
      }
    } finally {
      this.#bytes -= bytes;
    }
  }

  /** Gives the turn to the one that waits longest. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}

const overloaded = (expected: string) =>
  new ScoringError('request.overloaded', `Expected ${expected}, got more: come again.`, { retryable: true });
