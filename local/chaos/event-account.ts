import type { ChaosEvent } from './chaos-event.ts';
import type { Place } from './event-places.ts';
import type { HubEvent } from './hub-reading.ts';

/** Where every single event has ended. Lists hold ids. */
export interface EventAccount {
  readonly sent: number;
  readonly documents: number;
  readonly deadLetters: number;
  readonly parked: number;
  /** Passed by the checkpoint and nowhere to be found, or never in the hub. */
  readonly lost: readonly string[];
  /** Not there yet, and the checkpoint has not passed them: they still come. */
  readonly waiting: readonly string[];
  /** In more than one place. */
  readonly doubled: readonly string[];
  /** In another kind of place than they should be. */
  readonly misplaced: readonly string[];
  /** With a document that speaks of another event. */
  readonly wrong: readonly string[];
  /** In the hub more than once, because their sender had no answer and sent them again. */
  readonly resent: readonly string[];
}

export interface AccountSources {
  readonly sent: readonly ChaosEvent[];
  readonly inHub: readonly HubEvent[];
  /** By position in the stream. */
  readonly places: ReadonlyMap<string, readonly Place[]>;
  /** Whether the checkpoint has passed a position. */
  readonly passed: (position: string) => boolean;
}

/** Counts where events are, comparing every id. */
export function accountOf({ sent, inHub, places, passed }: AccountSources): EventAccount {
  const byId = Map.groupBy(inHub, ({ id }) => id);
  const account = {
    sent: sent.length,
    documents: 0,
    deadLetters: 0,
    parked: 0,
    lost: [] as string[],
    waiting: [] as string[],
    doubled: [] as string[],
    misplaced: [] as string[],
    wrong: [] as string[],
    resent: [] as string[],
  };
  const countOf = { document: 'documents', 'dead-letter': 'deadLetters', parked: 'parked' } as const;
  for (const event of sent) {
    const copies = byId.get(event.id) ?? [];
    if (copies.length === 0) account.lost.push(event.id);
    if (copies.length > 1) account.resent.push(event.id);
    for (const copy of copies) {
      const found = places.get(copy.position) ?? [];
      for (const { kind } of found) account[countOf[kind]] += 1;
      const verdict = verdictOf(event, copy, found, passed);
      if (verdict !== undefined) account[verdict].push(event.id);
    }
  }
  return account;
}

type Verdict = 'lost' | 'waiting' | 'doubled' | 'misplaced' | 'wrong';

function verdictOf(
  event: ChaosEvent,
  { position, enqueuedAt }: HubEvent,
  found: readonly Place[],
  passed: (position: string) => boolean,
): Verdict | undefined {
  const kinds = found.map(({ kind }) => kind).toSorted();
  if (kinds.length === 0) return passed(position) ? 'lost' : 'waiting';
  if (event.expected === 'conflict') return kinds.join() === 'dead-letter,document' ? undefined : 'misplaced';
  if (kinds.length > 1) return 'doubled';
  const [place] = found as [Place];
  // What is parked is a good event in its waiting room; it is counted as such.
  if (place.kind !== event.expected && place.kind !== 'parked') return 'misplaced';
  if (place.kind !== 'document') return undefined;
  return place.enqueuedAt === enqueuedAt && place.key === event.key ? undefined : 'wrong';
}
