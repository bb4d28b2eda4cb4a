import { type Interval, sizeOf, unite, within, without } from './intervals.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { readPositions } from './positions.ts';

/** The records that were passed over on purpose, united over all deliveries. */
export interface SkippedRecords {
  /** Whole events. */
  readonly events: readonly Interval[];
  isItemSkipped(sequence: number, index: number): boolean;
  /**
   * How many by reason. What was passed over in one delivery and placed in another counts as placed.
   * @param placed events that have places
   * @param isItemPlaced by `sequence.index`
   */
  countsWithout(placed: readonly Interval[], isItemPlaced: (name: string) => boolean): Record<string, number>;
}

/** @param first what stood before this sequence number does not count */
export function skippedRecordsOf(entries: readonly LedgerEntry[], first: number): SkippedRecords {
  const texts = entries.flatMap(({ skippedAt = {} }) => Object.entries(skippedAt));
  const reasons = [...Map.groupBy(texts, ([reason]) => reason)].map(([reason, ofReason]) => {
    const positions = ofReason.flatMap(([, text]) => readPositions(text) ?? []);
    const events = within(unite(positions.flatMap((each) => each.events)), [first, Number.MAX_SAFE_INTEGER]);
    const items = positions.flatMap((each) => [...each.items]).filter((item) => Number.parseInt(item, 10) >= first);
    return { reason, events, items: new Set(items) };
  });
  const allItems = new Set(reasons.flatMap(({ items }) => [...items]));
  return {
    events: unite(reasons.flatMap(({ events }) => events)),
    isItemSkipped: (sequence, index) => allItems.has(`${sequence}.${index}`),
    countsWithout: (placed, isItemPlaced) =>
      Object.fromEntries(
        reasons.map(({ reason, events, items }) => {
          const unplacedItems = [...items].filter((item) => !isItemPlaced(item));
          return [reason, sizeOf(without(events, placed)) + unplacedItems.length];
        }),
      ),
  };
}
