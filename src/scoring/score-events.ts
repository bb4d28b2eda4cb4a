import { codes } from '../core/codes.ts';
import type { IncomingEvent } from '../core/events/incoming-event.ts';
import { ScoringError, toScoringError } from '../core/fault.ts';
import { ledgerEntryOf } from '../core/ledger/ledger-entry.ts';
import { countBy, isBalanced, type Receipt } from '../core/receipt.ts';
import type { StreamRoute } from '../core/routes/routes.ts';
import { type Assigned, assignModels, noOutcomes } from './assign-models.ts';
import type { ModelRegistry } from './model-registry.ts';
import { offRoad } from './off-road.ts';
import { type ScoredEvents, scoreAssigned } from './open-events.ts';
import type { Ledger, Log, SideTrack, Sink } from './ports.ts';
import { type Attempt, type Settlement, settle } from './settle.ts';

export interface EventScoring {
  readonly registry: ModelRegistry;
  readonly sinks: Readonly<Record<StreamRoute['sink'], Sink>>;
  readonly sideTrack: SideTrack;
  readonly ledger: Ledger;
}

/** What a model failed to score, all of it. */
interface Unscored {
  readonly assigned: readonly Assigned[];
  readonly error: ScoringError;
}

/** The records of a batch after scoring, before any of them is in its place. */
interface ScoredBatch extends ScoredEvents {
  readonly unscored: Unscored[];
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
  const [first] = events;
  if (first === undefined) return receiptOf(0, [], { scored: 0, parked: 0, rejected: [] });
  const route = await scoring.registry.streamRoute(first.hub).catch(toScoringError);
  const batch = await scoreByModel(scoring.registry, route, events);
  const settlement = await settleBatch(scoring, route, batch, attempt);
  const received = batch.lists.reduce((sum, { records }) => sum + records - 1, events.length);
  const receipt = receiptOf(
    received,
    batch.skips.map(({ reason }) => reason),
    settlement,
  );
  await scoring.ledger.append(ledgerEntryOf(events, receipt, batch.skips, batch.lists));
  log.information('receipt', { ...positionOf(events), ...receipt });
  return receipt;
}

const positionOf = (events: readonly IncomingEvent[]) => {
  const [first, last] = [events[0] as IncomingEvent, events.at(-1) as IncomingEvent];
  return { hub: first.hub, partition: first.partition, from: first.sequence, to: last.sequence };
};

/** Scores each event by the model that it is for. A model that fails keeps its own events back, not those of the others. */
async function scoreByModel(
  registry: ModelRegistry,
  route: StreamRoute | ScoringError,
  events: readonly IncomingEvent[],
): Promise<ScoredBatch> {
  const batch: ScoredBatch = { ...noOutcomes(), pending: [], unscored: [] };
  const rule = route instanceof ScoringError ? { model: '', models: [] } : route;
  for (const [model, assigned] of assignModels(rule, events, batch)) {
    try {
      if (route instanceof ScoringError) throw route;
      const alias = model === route.model ? route.alias : undefined;
      const scored = await registry.use(model, (loaded) => scoreAssigned(loaded, assigned), alias);
      batch.pending.push(...scored.pending);
      batch.letters.push(...scored.letters);
      batch.skips.push(...scored.skips);
      batch.lists.push(...scored.lists);
    } catch (error) {
      batch.unscored.push({ assigned, error: toScoringError(error) });
    }
  }
  return batch;
}

/** Brings what is scored to its place, even when a model failed: what is settled now is settled when the batch comes again. */
async function settleBatch(
  { sinks, sideTrack }: EventScoring,
  route: StreamRoute | ScoringError,
  { pending, letters, unscored }: ScoredBatch,
  attempt: Attempt,
): Promise<Settlement> {
  const sink = route instanceof ScoringError ? sinks.cosmos : sinks[route.sink];
  const settlement = await settle(pending, letters, { sink, sideTrack }, offRoad, attempt);
  return { ...settlement, parked: settlement.parked + (await parkUnscored(sideTrack, unscored, attempt)) };
}

/**
 * What could not be scored comes again with its batch, until it has come often enough. Then it is parked.
 * @returns how many records are parked
 */
async function parkUnscored(sideTrack: SideTrack, unscored: readonly Unscored[], attempt: Attempt): Promise<number> {
  const [first] = unscored;
  if (first === undefined) return 0;
  if (!attempt.isLast) throw first.error;
  const records = unscored.flatMap(({ assigned, error: { code, message } }) =>
    assigned.map((origin) => offRoad.parked(origin, { waitsFor: 'scoring', error: { code, message } })),
  );
  await sideTrack.park(records);
  return records.length;
}

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
