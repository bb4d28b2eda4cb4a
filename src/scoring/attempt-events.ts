import type { AttemptTimes } from '../core/attempt-times.ts';
import type { IncomingEvent } from '../core/events/incoming-event.ts';
import type { Receipt } from '../core/receipt.ts';
import { AttemptEnd } from './attempt-deadline.ts';
import type { Log } from './ports.ts';
import { type EventScoring, scoreEvents } from './score-events.ts';
import type { Attempt } from './settle.ts';

/** Attempts at a batch before what is left of it is parked. */
const attemptsMax = 6;

export interface TimedEventScoring extends EventScoring {
  readonly attemptTimes: AttemptTimes;
}

/**
 * One attempt at a batch of events, which ends in time whatever happens: the host passes over a batch whose invocation it
 * had to end itself.
 * @throws {ScoringError} when the batch is to come again
 */
export function attemptEvents(
  scoring: TimedEventScoring,
  events: readonly IncomingEvent[],
  { number, stopping }: Pick<Attempt, 'number' | 'stopping'>,
  log: Log,
): Promise<Receipt> {
  const { waitMs, endMs } = scoring.attemptTimes;
  const attempt = {
    number,
    isLast: number + 1 >= attemptsMax,
    waitUntilMs: performance.now() + waitMs,
    ...(stopping && { stopping }),
  };
  return new AttemptEnd(endMs).meet(scoreEvents(scoring, events, attempt, log));
}
