import { type Place, type PlaceKind, verdictOn } from './event-verdict.ts';
import { type Interval, intervalsOf, sizeOf, unite, within, without } from './intervals.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { nameOf, printInterval, readPositions } from './positions.ts';
import { skippedRecordsOf } from './skipped-records.ts';

/** What is known of one partition. */
export interface PartitionFacts {
  /** What the ledger said before the places were read. */
  readonly entries: readonly LedgerEntry[];
  /** What it said afterwards: a batch that was under way meanwhile is in it. */
  readonly laterEntries: readonly LedgerEntry[];
  readonly places: readonly Place[];
  /** Sequence numbers that the hub holds, from the time on that is asked for; undefined when it holds none. */
  readonly stream: Interval | undefined;
  /** ISO 8601: what the broker took before is not judged. */
  readonly since?: string | undefined;
}

/** Where the events of one partition are. */
export interface PartitionAccount {
  /** Events that the ledger says were received. */
  readonly received: number;
  /** Records, by where they are. */
  readonly documents: number;
  readonly deadLetters: number;
  readonly parked: number;
  readonly skipped: Readonly<Record<string, number>>;
  /** Events in the hub that were not received yet. */
  readonly waiting: number;
  /** Positions without any place: `1103-1110`, `1115.2`. */
  readonly gaps: readonly string[];
  /** Positions with more than one place: `1103 (document, parked)`. */
  readonly doubles: readonly string[];
  /** Positions that have a place and are not in the ledger. */
  readonly unreceipted: readonly string[];
}

/** Compares what was received with where it is. */
export function accountOf({ entries, laterEntries, places, stream, since = '' }: PartitionFacts): PartitionAccount {
  const bySequence = Map.groupBy(places, ({ sequence }) => sequence);
  const placed = intervalsOf(bySequence.keys());
  const later = receivedBy(entries.filter(({ firstAt }) => firstAt >= since));
  const first = Math.min(...[later[0], placed[0], stream].flatMap((interval) => interval?.[0] ?? []));
  const received = within(receivedBy(entries), [first, Number.MAX_SAFE_INTEGER]);
  const last = received.at(-1)?.[1];
  const lists = listsOf([...entries, ...laterEntries], first);
  const skipped = skippedRecordsOf([...entries, ...laterEntries], first);
  const judged = new Set([...bySequence.keys(), ...lists.keys()]);
  const verdicts = [...judged].map((sequence) =>
    verdictOn(sequence, bySequence.get(sequence) ?? [], lists.get(sequence), (index) =>
      skipped.isItemSkipped(sequence, index),
    ),
  );
  const itemsPlaced = new Set(places.filter(({ index }) => index !== undefined).map(nameOf));
  // Sequence numbers have no holes: what lies between two that were received was received as well, or lost.
  const due: Interval[] = last === undefined ? [] : [[first, last]];
  const unjudged = without(without(due, intervalsOf(judged)), skipped.events);
  const notReceived: Interval[] =
    stream === undefined ? [] : within([stream], [(last ?? stream[0] - 1) + 1, Number.MAX_SAFE_INTEGER]);
  const count = (kind: PlaceKind) => places.filter((place) => place.kind === kind).length;
  return {
    received: sizeOf(received),
    documents: count('document'),
    deadLetters: count('deadLetter'),
    parked: count('parked'),
    skipped: skipped.countsWithout(placed, (name) => itemsPlaced.has(name)),
    waiting: sizeOf(without(notReceived, placed)),
    gaps: [...unjudged.map(printInterval), ...verdicts.flatMap(({ gaps }) => gaps)],
    doubles: verdicts.flatMap(({ doubles }) => doubles),
    unreceipted: without(placed, unite([...received, ...receivedBy(laterEntries)])).map(printInterval),
  };
}

/** The events that were delivered, however often and in whatever batches. */
const receivedBy = (entries: readonly LedgerEntry[]): Interval[] =>
  unite(
    entries.flatMap(({ from, to, holes }) =>
      holes === undefined ? [[from, to] as const] : without([[from, to]], readPositions(holes)?.events ?? []),
    ),
  );

/** Events that hold lists, with how many records they hold. */
function listsOf(entries: readonly LedgerEntry[], first: number): Map<number, number> {
  const lists = new Map<number, number>();
  for (const [from, to, records] of entries.flatMap((entry) => entry.lists ?? [])) {
    for (let sequence = Math.max(from, first); sequence <= to; sequence++) lists.set(sequence, records);
  }
  return lists;
}

/** Whether every event has its one place. Events that wait in the hub, and parked records, are no fault. */
export const isSound = ({ gaps, doubles, unreceipted }: PartitionAccount): boolean =>
  gaps.length === 0 && doubles.length === 0 && unreceipted.length === 0;
