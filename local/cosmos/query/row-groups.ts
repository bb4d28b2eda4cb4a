import { type Accumulator, newAccumulator } from './aggregates.ts';
import type { CompiledQuery } from './compiled-query.ts';
import type { Frame, RowSource } from './frame.ts';
import { keyOf, type Value } from './value.ts';

type Grouping = NonNullable<CompiledQuery['grouping']>;

interface Group {
  readonly slots: Value[];
  readonly accumulators: readonly Accumulator[];
}

/** One row for each group, with the aggregates in their slots; a group's other slots are those of its first row. */
export function groupRows(grouping: Grouping, frame: Frame, rows: RowSource): Frame[] {
  const groups = new Map<string, Group>();
  rows(frame, () => {
    const key = grouping.keys.map((evaluate) => keyOf(evaluate(frame))).join();
    const group = groups.get(key) ?? newGroup(grouping, frame);
    groups.set(key, group);
    grouping.aggregates.forEach(({ operand }, place) => {
      const value = operand(frame);
      if (value !== undefined) group.accumulators[place]!.add(value);
    });
    return false;
  });
  // Aggregates without GROUP BY have a result even when there are no rows.
  if (groups.size === 0 && grouping.keys.length === 0) groups.set('', newGroup(grouping, frame));
  return [...groups.values()].map((group) => finish(group, grouping, frame));
}

function newGroup(grouping: Grouping, frame: Frame): Group {
  return {
    slots: frame.slots.slice(),
    accumulators: grouping.aggregates.map(({ name }) => newAccumulator(name)),
  };
}

function finish({ slots, accumulators }: Group, grouping: Grouping, frame: Frame): Frame {
  grouping.aggregates.forEach(({ slot }, place) => {
    slots[slot] = accumulators[place]!.result();
  });
  return { ...frame, slots };
}
