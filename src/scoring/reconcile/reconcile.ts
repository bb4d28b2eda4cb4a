import { setTimeout as delay } from 'node:timers/promises';
import type { Interval } from '../../core/ledger/intervals.ts';
import type { LedgerEntry } from '../../core/ledger/ledger-entry.ts';
import { accountOf, isSound, type PartitionAccount } from '../../core/ledger/partition-account.ts';
import { type StreamPlace, settledPlaces } from '../../core/ledger/settled-places.ts';

/** What the ledger holds of a hub. */
export interface ReadLedger {
  readonly entries: readonly LedgerEntry[];
  /** Lines that are no entries, with their place: `telemetry/0/2026-11-21T03.ndjson line 7`. */
  readonly broken: readonly string[];
}

/** What is compared, of one hub, from the time on that was asked for. */
export interface StreamRecords {
  /** ISO 8601, UTC, milliseconds; everything when absent. */
  readonly since?: string | undefined;
  ledger(): Promise<ReadLedger>;
  /** The sequence numbers that each partition of the hub holds; undefined for a partition without any. */
  stream(): Promise<ReadonlyMap<string, Interval | undefined>>;
  documents(): Promise<readonly StreamPlace[]>;
  /** Dead letters and parked records. */
  sideTrack(): Promise<readonly StreamPlace[]>;
}

export interface HubAccount {
  /** Whether every event that was received has exactly one place, and the ledger knows of it. */
  readonly isSound: boolean;
  readonly partitions: readonly (PartitionAccount & { readonly partition: string })[];
  readonly brokenLines: readonly string[];
  /** Partitions whose ledger is ahead of the hub: the hub was made anew since. */
  readonly madeAnew: readonly string[];
}

/** How long a batch that is under way has to reach the ledger. */
const patienceMsDefault = 3_000;
const pollMs = 1_000;

/**
 * Compares what was received with where it is. The ledger is read first, and what it names has its place by then; it is
 * read again when there are places that it did not know.
 */
export async function reconcile(records: StreamRecords, patienceMs = patienceMsDefault): Promise<HubAccount> {
  const ledger = await records.ledger();
  const stream = await records.stream();
  const before = await records.sideTrack();
  const documents = await records.documents();
  const places = settledPlaces(before, documents, await records.sideTrack());
  const deadline = performance.now() + patienceMs;
  let later = ledger;
  while (true) {
    const account = compare({ ledger, later, places, stream, since: records.since });
    const isWhole = account.partitions.every(({ unreceipted }) => unreceipted.length === 0);
    if (isWhole || performance.now() > deadline) return account;
    await delay(pollMs);
    later = await records.ledger();
  }
}

interface HubFacts {
  readonly ledger: ReadLedger;
  readonly later: ReadLedger;
  readonly places: readonly StreamPlace[];
  readonly stream: ReadonlyMap<string, Interval | undefined>;
  readonly since: string | undefined;
}

function compare({ ledger, later, places, stream, since }: HubFacts): HubAccount {
  const ofPartition = <T extends { readonly partition: string }>(all: readonly T[]) => {
    const grouped = Map.groupBy(all, ({ partition }) => partition);
    return (partition: string): readonly T[] => grouped.get(partition) ?? [];
  };
  const [entriesOf, laterOf, placesOf] = [ofPartition(ledger.entries), ofPartition(later.entries), ofPartition(places)];
  const names = new Set([...stream.keys(), ...[...ledger.entries, ...places].map(({ partition }) => partition)]);
  const partitions = [...names]
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((partition) => ({
      partition,
      ...accountOf({
        entries: entriesOf(partition),
        laterEntries: laterOf(partition),
        places: placesOf(partition),
        stream: stream.get(partition),
        since,
      }),
    }));
  const { broken } = ledger;
  const madeAnew = [...stream].flatMap(([partition, held]) =>
    held !== undefined && entriesOf(partition).some(({ to }) => to > held[1]) ? [partition] : [],
  );
  return { isSound: broken.length === 0 && partitions.every(isSound), partitions, brokenLines: broken, madeAnew };
}
