import { type Interval, sizeOf, unite, without } from './intervals.ts';
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

export function skippedRecordsOf(entries: readonly LedgerEntry[]): SkippedRecords {
  const texts = entries.flatMap(({ skippedAt = {} }) => Object.entries(skippedAt));
  const reasons = [...Map.groupBy(texts, ([reason]) => reason)].map(([reason, ofReason]) => {
    const positions = ofReason.flatMap(([, text]) => readPositions(text) ?? []);
    const events = unite(positions.flatMap((each) => each.events));
    return { reason, events, items: new Set(positions.flatMap(({ items }) => [...items])) };
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
