import { codes } from '../core/codes.ts';
import { ScoringError } from '../core/fault.ts';
import { Deadline } from './deadline.ts';

/** When the models must be done with a batch of events. */
export class AttemptDeadline extends Deadline {
  readonly #ms: number;

  /** @param ms from now on */
  constructor(ms: number) {
    super(ms);
    this.#ms = ms;
  }

  override error(): ScoringError {
    const message = `The batch was not scored within the ${seconds(this.#ms)} s that an attempt has.`;
    return new ScoringError('model.too_slow', message, { retryable: true });
  }
}

/** When an attempt at a batch of events must be over, whatever keeps it waiting. */
export class AttemptEnd extends Deadline {
  readonly #ms: number;

  /** @param ms from now on */
  constructor(ms: number) {
    super(ms);
    this.#ms = ms;
  }

  override error(): ScoringError {
    const message = `${codes['internal.unexpected']} An attempt did not end within ${seconds(this.#ms)} s: a service that it waits for does not answer.`;
    return new ScoringError('internal.unexpected', message, { retryable: true });
  }
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
