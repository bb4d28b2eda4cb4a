import { ScoringError } from '../../core/fault.ts';
import { callSettings } from '../../core/resources.ts';
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
   * @returns resolves when the call's turn has come; undefined when it has already
   * @throws {ScoringError} `request.overloaded`
   */
  enter(): Promise<void> | undefined {
    const { callsMax, callsWaitingMax } = this.#limits;
    if (this.#running < callsMax) {
      this.#running++;
      return undefined;
    }
    if (this.#waiting.length >= callsWaitingMax) {
      throw overloaded(`at most ${callsWaitingMax} calls that wait (app setting ${callSettings.callsWaiting})`);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Keeps room for a body that was read, until its call leaves. @throws {ScoringError} `request.overloaded`; then nothing is kept */
  keep(bytes: number): void {
    const { callsBytesMax } = this.#limits;
    if (this.#bytes + bytes > callsBytesMax) {
      throw overloaded(`bodies of at most ${callsBytesMax} bytes at once (app setting ${callSettings.callsMegabytes})`);
    }
    this.#bytes += bytes;
  }

  /** Gives the turn to the one that waits longest. @param bytes that were kept */
  leave(bytes: number): void {
    this.#bytes -= bytes;
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}

const overloaded = (expected: string) =>
  new ScoringError('request.overloaded', `Expected ${expected}, got more: come again.`, { retryable: true });
