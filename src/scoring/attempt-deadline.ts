import { ScoringError } from '../core/fault.ts';
import { Deadline } from './deadline.ts';

/** When an attempt at a batch of events must be over, so that the host does not end it: that would lose the batch. */
export class AttemptDeadline extends Deadline {
  readonly #ms: number;

  /** @param ms from now on */
  constructor(ms: number) {
    super(ms);
    this.#ms = ms;
  }

  override error(): ScoringError {
    const message = `The batch was not scored within the ${(this.#ms / 1000).toFixed(1)} s that an attempt has.`;
    return new ScoringError('model.too_slow', message, { retryable: true });
  }
}
