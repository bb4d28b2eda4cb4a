import type { Code } from '../core/codes.ts';
import { type Fault, ScoringError } from '../core/fault.ts';
import type { ScoreDocument } from '../core/outputs/score-document.ts';
import { Patience } from './patience.ts';
import type { DeadLetter, ParkedRecord, SideTrack, Sink, StoredRecord } from './ports.ts';

/** A scored record on its way to a sink, with what it came from. */
export interface Pending<Origin> {
  readonly document: ScoreDocument;
  readonly origin: Origin;
}

/** How a record looks that has to leave the road. */
export interface OffRoad<Origin> {
  deadLetter(origin: Origin, fault: Fault): DeadLetter;
  parked(origin: Origin, waiting: Pick<ParkedRecord, 'waitsFor' | 'error'>): ParkedRecord;
}

/** How often work is tried before what is left is parked. The first try is attempt 0. */
export interface Attempt {
  readonly number: number;
  readonly isLast: boolean;
  /**
   * Until when, by `performance.now()`, models may take and this attempt waits for a sink that is dark or slows us down.
   * When absent, models may take for ever and nothing is waited for.
   */
  readonly waitUntilMs?: number;
  /** Ends the waiting at once: the process is to end. */
  readonly stopping?: AbortSignal;
}

/** A record that the sink passed over on purpose. */
export interface PassedOver<Origin> {
  readonly origin: Origin;
  readonly reason: string;
}

export interface Settlement {
  readonly scored: number;
  readonly parked: number;
  /** Codes of all dead letters, those of the sink's refusals included. */
  readonly rejected: readonly Code[];
}

/**
 * Brings every record to the one place where it ends. Both writes are idempotent by id, so a repeated batch changes
 * nothing.
 * @throws {ScoringError} when something may heal and this was not the last attempt; then the same batch is to come again
 */
export async function settle<Origin>(
  pending: readonly Pending<Origin>[],
  letters: readonly DeadLetter[],
  { sink, sideTrack }: { sink: Sink; sideTrack: SideTrack },
  offRoad: OffRoad<Origin>,
  attempt: Attempt,
): Promise<Settlement & { readonly passedOver: readonly PassedOver<Origin>[] }> {
  const { refused, passedOver, unsettled } = await writePatiently(pending, sink, offRoad, attempt);
  const allLetters = [...letters, ...refused].map((letter) => tried(letter, attempt));
  await sideTrack.writeDeadLetters(allLetters);
  if (unsettled.length > 0 && !attempt.isLast) throw toRepeat(unsettled, pending.length, sink);
  await sideTrack.park(
    unsettled.map(({ origin, error: { code, message } }) =>
      tried(offRoad.parked(origin, { waitsFor: sink.name, error: { code, message } }), attempt),
    ),
  );
  return {
    scored: pending.length - refused.length - passedOver.length - unsettled.length,
    parked: unsettled.length,
    passedOver,
    rejected: allLetters.map(({ reason }) => reason),
  };
}

/** The record with this attempt and those before it counted. */
export const tried = <Record extends StoredRecord>(record: Record, { number }: Attempt): Record => ({
  ...record,
  attempts: (record.attempts ?? 0) + number + 1,
});

interface Unsettled<Origin> extends Pending<Origin> {
  readonly error: ScoringError;
}

interface Written<Origin> {
  readonly refused: readonly DeadLetter[];
  readonly passedOver: readonly PassedOver<Origin>[];
  readonly unsettled: readonly Unsettled<Origin>[];
}

/**
 * Writes, and writes again what may heal, for as long as the attempt has time: a short outage costs no repetition of
 * the whole batch, and nothing is parked for it.
 */
async function writePatiently<Origin>(
  pending: readonly Pending<Origin>[],
  sink: Sink,
  offRoad: OffRoad<Origin>,
  attempt: Attempt,
): Promise<Written<Origin>> {
  const refused: DeadLetter[] = [];
  const passedOver: PassedOver<Origin>[] = [];
  const patience = new Patience(attempt);
  let left = pending;
  while (true) {
    const unsettled: Unsettled<Origin>[] = [];
    (await sink.write(left.map(({ document }) => document))).forEach((result, i) => {
      const each = left[i] as Pending<Origin>;
      if (result.kind === 'fault') refused.push(offRoad.deadLetter(each.origin, result.fault));
      else if (result.kind === 'skipped') passedOver.push({ origin: each.origin, reason: result.reason });
      else if (result.kind === 'error') unsettled.push({ ...each, error: result.error });
    });
    const mayHeal = unsettled.length > 0 && (await patience.wait(unsettled.map(({ error }) => error)));
    if (!mayHeal) return { refused, passedOver, unsettled };
    left = unsettled;
  }
}

function toRepeat(unsettled: readonly { error: ScoringError }[], all: number, sink: Sink): ScoringError {
  const [first] = unsettled as [{ error: ScoringError }];
  const message = `${unsettled.length} of ${all} documents did not reach ${sink.name}: ${first.error.message}`;
  return new ScoringError(first.error.code, message, { retryable: true, cause: first.error });
}
