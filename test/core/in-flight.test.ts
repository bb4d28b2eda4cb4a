import { describe, expect, test } from 'vitest';
import { documentId } from '../../src/core/ids.ts';
import {
  type InFlight,
  isFatal,
  isWarned,
  portionsOf,
  spanOf,
  warningsAfter,
  warningsOf,
} from '../../src/core/in-flight.ts';

const idOf = (sequence: number, index?: number) => {
  const source = {
    kind: 'stream',
    hub: 'h',
    partition: '0',
    sequence,
    enqueuedAt: '2026-11-21T00:00:00.000Z',
  } as const;
  return documentId(index === undefined ? source : { ...source, index }, 'h');
};
const eventsOf = (from: number, count: number) => Array.from({ length: count }, (_, i) => ({ sequence: from + i }));
const left = (parts: Partial<InFlight>): InFlight => ({ life: 'a', died: [], deaths: {}, ...parts });
const sizes = (portions: readonly { events: readonly unknown[] }[]) => portions.map(({ events }) => events.length);

describe('what is known against events', () => {
  test('is what was in flight, and what had died before', () => {
    const batch = { from: 1, to: 100, events: 100 };
    const group = { from: 17, to: 32, events: 16 };
    expect(warningsOf([left({ now: group, died: [batch] })])).toEqual({ died: [batch, group], deaths: {} });
  });

  test('counts a death for what was alone, once, though two markers tell of it', () => {
    const [x, y] = [idOf(5), idOf(6)];
    const first = left({ now: { from: 5, to: 5, events: 1 }, alone: x });
    const copied = left({ life: 'b', now: { from: 6, to: 6, events: 1 }, alone: y, deaths: { [x]: 1 } });
    const { deaths } = warningsOf([first, copied]);
    expect(deaths).toEqual({ [x]: 1, [y]: 1 });
    const again = warningsOf([left({ alone: x, deaths })]);
    expect([isFatal(again, x), isFatal(again, y)]).toEqual([true, false]);
  });

  test('holds for every batch that touches it, whatever its borders', () => {
    const warnings = warningsOf([left({ now: { from: 100, to: 355, events: 256 } })]);
    const touching = [
      [0, 100],
      [355, 400],
      [200, 210],
      [0, 400],
    ].map(([from, to]) => isWarned(warnings, { from: from!, to: to! }));
    expect(touching).toEqual([true, true, true, true]);
    expect([isWarned(warnings, { from: 0, to: 99 }), isWarned(warnings, { from: 356 })]).toEqual([false, false]);
  });

  test('is forgotten once its events have their places, and not before', () => {
    const died = [{ from: 1, to: 10, events: 10 }, { from: 8, to: 20, events: 13 }, { from: 5 }];
    const after = warningsAfter({ died, deaths: { [idOf(9)]: 1, [idOf(11, 3)]: 1 } }, 10);
    expect(after).toEqual({ died: died.slice(1), deaths: { [idOf(11, 3)]: 1 } });
  });
});

describe('a batch is cut so that the next death tells more', () => {
  const cut = (events: readonly { sequence: number }[], died: InFlight['died'], deaths = {}) =>
    portionsOf(events, { died, deaths });

  test('not at all where nothing died, or nobody knows in which batch', () => {
    expect(sizes(cut(eventsOf(0, 256), []))).toEqual([256]);
    expect(sizes(cut(eventsOf(0, 256), [{ from: 0 }]))).toEqual([256]);
  });

  test('in sixteens where the batch died, and only there', () => {
    const portions = cut(eventsOf(0, 100), [{ from: 50, to: 200, events: 151 }]);
    expect(sizes(portions)).toEqual([50, 16, 16, 16, 2]);
    expect(portions.some(({ isAlone }) => isAlone)).toBe(false);
  });

  test('one by one where sixteen died', () => {
    const died = [
      { from: 0, to: 255, events: 256 },
      { from: 16, to: 31, events: 16 },
    ];
    const portions = cut(eventsOf(0, 64), died);
    expect(portions.filter(({ isAlone }) => isAlone).flatMap(({ events }) => events)).toEqual(eventsOf(16, 16));
    expect(sizes(portions.filter(({ isAlone }) => !isAlone))).toEqual([16, 16, 16]);
  });

  test('whatever the holes between sequence numbers: portions are counted in events', () => {
    const events = eventsOf(0, 10).map(({ sequence }) => ({ sequence: 1_000 * sequence }));
    expect(cut(events, [spanOf(events)]).every(({ isAlone }) => isAlone)).toBe(true);
  });

  test('with those first that were alone at a death: they are soon cleared, or known', () => {
    const portions = cut(eventsOf(0, 16), [{ from: 0, to: 15, events: 16 }], { [idOf(9)]: 1, [idOf(12, 4)]: 1 });
    expect(portions.slice(0, 3).map(({ events }) => events[0]?.sequence)).toEqual([9, 12, 0]);
    expect(sizes(portions)).toEqual(Array(16).fill(1));
  });
});
