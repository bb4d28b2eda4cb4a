import * as z from 'zod';
import type { IncomingEvent } from '../events/incoming-event.ts';
import { countBy, type Receipt } from '../receipt.ts';
import { type Interval, intervalsOf, without } from './intervals.ts';
import { type Position, printInterval, printPositions, readPositions } from './positions.ts';

const count = z.int().min(0);
const positions = z.string().refine((text) => readPositions(text) !== undefined, 'positions such as 7-9,12,15.2');

/** One line of the ledger: what became of one delivery of a batch. Deliveries overlap: entries are united, never summed. */
const entrySchema = z.object({
  hub: z.string().min(1),
  partition: z.string().min(1),
  /** Sequence numbers of the first and the last event. */
  from: count,
  to: count,
  /** When the broker took these two. */
  firstAt: z.string(),
  lastAt: z.string(),
  /** Sequence numbers in between that were not in the batch. */
  holes: positions.optional(),
  scored: count,
  rejected: count,
  parked: count,
  /** Records that were passed over, by reason: how many, and which. */
  skipped: z.record(z.string(), count),
  skippedAt: z.record(z.string(), positions).optional(),
  /** Events that carry a list, with the number of its records: runs of `[from, to, records]`. */
  lists: z.array(z.tuple([count, count, count])).optional(),
});

export type LedgerEntry = Readonly<z.infer<typeof entrySchema>>;

/** A record that was passed over on purpose. */
export interface Skip extends Position {
  readonly reason: string;
}

/** An event whose body is a list. */
export interface ListEvent {
  readonly sequence: number;
  readonly records: number;
}

/** What a batch of events is written down as. @param events one at least, of one partition */
export function ledgerEntryOf(
  events: readonly Pick<IncomingEvent, 'hub' | 'partition' | 'sequence' | 'enqueuedAt'>[],
  { scored, rejected, parked }: Pick<Receipt, 'scored' | 'rejected' | 'parked'>,
  skips: readonly Skip[],
  listEvents: readonly ListEvent[],
): LedgerEntry {
  const sorted = [...events].sort((a, b) => a.sequence - b.sequence);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('an empty batch has no entry in the ledger');
  const { hub, partition, sequence: from, enqueuedAt: firstAt } = first;
  const { sequence: to, enqueuedAt: lastAt } = last;
  const holes = to - from + 1 === events.length ? [] : holesIn(sorted, [from, to]);
  const skippedAt = [...Map.groupBy(skips, ({ reason }) => reason)].map(([reason, at]) => [reason, printPositions(at)]);
  const lists = runsOf(listEvents);
  return {
    hub,
    partition,
    from,
    to,
    firstAt,
    lastAt,
    ...(holes.length > 0 && { holes: holes.map(printInterval).join(',') }),
    scored,
    rejected,
    parked,
    skipped: countBy(skips.map(({ reason }) => reason)) as Record<string, number>,
    ...(skippedAt.length > 0 && { skippedAt: Object.fromEntries(skippedAt) }),
    ...(lists.length > 0 && { lists }),
  };
}

const holesIn = (events: readonly { sequence: number }[], all: Interval): Interval[] =>
  without([all], intervalsOf(events.map(({ sequence }) => sequence)));

/** Neighbours with equally many records, told together. */
function runsOf(lists: readonly ListEvent[]): [number, number, number][] {
  const runs: [number, number, number][] = [];
  for (const { sequence, records } of [...lists].sort((a, b) => a.sequence - b.sequence)) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] + 1 === sequence && last[2] === records) last[1] = sequence;
    else runs.push([sequence, sequence, records]);
  }
  return runs;
}

/** A line of the ledger; undefined when it is none. */
export function readLedgerEntry(line: string): LedgerEntry | undefined {
  try {
    const { success, data } = entrySchema.safeParse(JSON.parse(line));
    return success && data.from <= data.to ? data : undefined;
  } catch {
    return undefined;
  }
}
