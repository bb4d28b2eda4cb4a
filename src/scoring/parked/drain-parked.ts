import { liveAlias } from '../../core/aliases/aliases.ts';
import type { AttemptTimes } from '../../core/attempt-times.ts';
import { toScoringError } from '../../core/fault.ts';
import { ledgerEntryOf } from '../../core/ledger/ledger-entry.ts';
import { deadLetterPath } from '../../core/stored-paths.ts';
import { type Bringing, bringEvents } from '../bring-events.ts';
import type { CrashWatch } from '../crashes/crash-watch.ts';
import type { DeadLetter, Ledger, Log, ParkedRecord } from '../ports.ts';
import { DrainTrack } from './drain-track.ts';
import { eventOf } from './parked-events.ts';
import { type Lot, lotsOf } from './parked-lots.ts';
import type { StoredRecords, VersionedRecord } from './stored-records.ts';

export interface Draining extends Bringing {
  readonly parked: StoredRecords<ParkedRecord>;
  readonly deadLetters: Pick<StoredRecords<DeadLetter>, 'remove'>;
  readonly ledger: Ledger;
  readonly crashWatch: CrashWatch;
  readonly attemptTimes: AttemptTimes;
}

/** What became of parked records: those that were looked at are drained or wait on. */
export interface DrainReport {
  /** Records that were found; there may be more. */
  readonly found: number;
  readonly scored: number;
  readonly rejected: number;
  /** Of those tried, how many wait on. */
  readonly waiting: number;
}

/** What one run looks at, at most. */
const recordsMax = 20_000;

/** Nothing is waited for here: what cannot be drained now is drained by the next run. */
const notWaiting = AbortSignal.abort();

/**
 * Brings parked records to their places, down the road that they had come: the oldest first, and no more of a hub once none
 * of a lot went through. Others may do the same at the same time: every place is idempotent, and a record is let go only
 * when it has its place.
 * @param stopping ends it after the records that are on their way
 * @throws {ScoringError} `storage.unavailable`
 */
export async function drainParked(scoring: Draining, stopping: AbortSignal, log: Log): Promise<DrainReport> {
  const { endMs } = scoring.attemptTimes;
  const untilMs = performance.now() + endMs;
  const page = await scoring.parked.list(recordsMax);
  const report = { found: page.found.length, scored: 0, rejected: 0, waiting: 0 };
  const dark = new Set<string>();
  for (const lot of lotsOf(page)) {
    if (stopping.aborted || performance.now() > untilMs) break;
    if (dark.has(lot.hub)) continue;
    const outcome = await drainLot(scoring, lot, log);
    report.scored += outcome.scored;
    report.rejected += outcome.rejected;
    report.waiting += outcome.waiting;
    if (outcome.waiting > 0 && outcome.scored + outcome.rejected === 0) dark.add(lot.hub);
  }
  if (report.found > 0) log.information('drained', report);
  return report;
}

type LotOutcome = Pick<DrainReport, 'scored' | 'rejected' | 'waiting'>;
type ReadRecord = VersionedRecord<ParkedRecord> & { readonly path: string };

async function drainLot(scoring: Draining, lot: Lot, log: Log): Promise<LotOutcome> {
  const outcome = { scored: 0, rejected: 0, waiting: 0 };
  const records = await Promise.all(lot.paths.map(async (path) => ({ path, read: await scoring.parked.read(path) })));
  const present = records.flatMap(({ path, read }): ReadRecord[] => (read === undefined ? [] : [{ path, ...read }]));
  for (const [model, some] of Map.groupBy(present, ({ record }) => record.model)) {
    const { scored, rejected, waiting } = await drainTogether(scoring, lot, model, some, log);
    outcome.scored += scored;
    outcome.rejected += rejected;
    outcome.waiting += waiting;
  }
  return outcome;
}

async function drainTogether(
  scoring: Draining,
  { hub, partition }: Lot,
  model: string | undefined,
  records: readonly ReadRecord[],
  log: Log,
): Promise<LotOutcome> {
  const events = records.map(({ record }) => eventOf(record));
  const track = new DrainTrack(scoring.sideTrack, new Map(records.map(({ record }) => [record.id, record])));
  const bringing = { ...scoring, registry: registryFor(scoring.registry, model), sideTrack: track };
  const waitUntilMs = performance.now() + scoring.attemptTimes.waitMs;
  const attempt = { number: 0, isLast: true, waitUntilMs, stopping: notWaiting };
  const arrival = { place: `parked/${hub}/${partition}`, events, attempt: 0, isBrief: true };
  const passage = await scoring.crashWatch.enter(arrival, log);
  try {
    const { settlement, skips } = await bringEvents(bringing, passage, attempt, log);
    if (skips.length > 0) {
      const skipped = events.filter(({ sequence }) => skips.some((skip) => skip.sequence === sequence));
      await scoring.ledger.append(ledgerEntryOf(skipped, { scored: 0, rejected: 0, parked: 0 }, skips, []));
    }
    for (const record of records) if (!track.waiting.has(record.record.id)) await letGo(scoring, record, track);
    await passage.leave();
    const { scored, rejected } = settlement;
    return { scored, rejected: rejected.length, waiting: track.waiting.size };
  } catch (error) {
    await passage.fail();
    throw toScoringError(error);
  }
}

/** The record has its place: a dead letter that it was is gone before the record is, so that it has this place alone. */
async function letGo(
  { parked, deadLetters }: Draining,
  { path, record, version }: ReadRecord,
  { letterPaths }: DrainTrack,
): Promise<void> {
  const { letter } = record;
  const before = letter && deadLetterPath({ ...record, ...letter });
  if (before !== undefined && !letterPaths.has(before)) await deadLetters.remove(before);
  await parked.remove(path, version);
}

/** The models that score: those of the routes, or the one that a replay asked for, as `NAME` or `NAME@VERSION`. */
function registryFor(registry: Bringing['registry'], model: string | undefined): Bringing['registry'] {
  if (model === undefined) return registry;
  const [name = '', alias = liveAlias] = model.split('@');
  return {
    use: (wanted, work, selector) => registry.use(wanted, work, selector),
    async streamRoute(hub) {
      const { modelField: _, ...route } = await registry.streamRoute(hub);
      return { ...route, model: name, alias, models: [] };
    },
  };
}
