import { codes } from '../core/codes.ts';
import type { IncomingEvent } from '../core/events/incoming-event.ts';
import { ScoringError } from '../core/fault.ts';
import { ledgerEntryOf } from '../core/ledger/ledger-entry.ts';
import { countBy, isBalanced, type Receipt } from '../core/receipt.ts';
import { type Bringing, bringEvents } from './bring-events.ts';
import type { CrashWatch } from './crashes/crash-watch.ts';
import { measureBatch } from './metrics/measure-batch.ts';
import type { Ledger, Log } from './ports.ts';
import type { Attempt, Settlement } from './settle.ts';

export interface EventScoring extends Bringing {
  readonly ledger: Ledger;
  readonly crashWatch: CrashWatch;
}

/**
 * Scores a batch of events of one partition and brings each record to its place: a document, a dead letter, or, on the
 * last attempt, a parked record. The ledger hears of it last: what it names has its place.
 * @returns what became of the records
 * @throws {ScoringError} when the whole batch is to come again
 */
export async function scoreEvents(
  scoring: EventScoring,
  events: readonly IncomingEvent[],
  attempt: Attempt,
  log: Log,
): Promise<Receipt> {
  if (events.length === 0) return receiptOf(0, [], { scored: 0, parked: 0, rejected: [] });
  return measureBatch(scoring.metrics, events, attempt, () => settleEvents(scoring, events, attempt, log));
}

async function settleEvents(
  scoring: EventScoring,
  events: readonly IncomingEvent[],
  attempt: Attempt,
  log: Log,
): Promise<Receipt> {
  const [first] = events as [IncomingEvent];
  const arrival = { place: `${first.hub}/${first.partition}`, events, attempt: attempt.number };
  const passage = await scoring.crashWatch.enter(arrival, log);
  try {
    const { settlement, skips, lists } = await bringEvents(scoring, passage, attempt, log);
    const received = lists.reduce((sum, { records }) => sum + records - 1, events.length);
    const reasons = skips.map(({ reason }) => reason);
    const receipt = receiptOf(received, reasons, settlement);
    await scoring.ledger.append(ledgerEntryOf(events, receipt, skips, lists));
    await passage.leave();
    log.information('receipt', { ...positionOf(events), ...receipt });
    return receipt;
  } catch (error) {
    await passage.fail();
    throw error;
  }
}

const positionOf = (events: readonly IncomingEvent[]) => {
  const [first, last] = [events[0] as IncomingEvent, events.at(-1) as IncomingEvent];
  return { hub: first.hub, partition: first.partition, from: first.sequence, to: last.sequence };
};

function receiptOf(received: number, skipped: readonly string[], { scored, parked, rejected }: Settlement): Receipt {
  const receipt: Receipt = {
    received,
    scored,
    rejected: rejected.length,
    parked,
    skipped: skipped.length,
    rejectedByCode: countBy(rejected),
    skippedByReason: countBy(skipped),
  };
  if (isBalanced(receipt)) return receipt;
  const message = `${codes['internal.unexpected']} A receipt does not add up: ${JSON.stringify(receipt)}`;
  throw new ScoringError('internal.unexpected', message, { retryable: true });
}
