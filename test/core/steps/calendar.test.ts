import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DoubleGraph } from '../../../src/core/graph/double-graph.ts';
import { type CalendarPeriod, emitPhase } from '../../../src/core/steps/calendar.ts';
import { doubles, runGraph } from '../graph/run-model.ts';

const dayMs = 86_400_000;
const [firstMs, lastMs] = [Date.UTC(1600, 0, 1), Date.UTC(10_000, 0, 1) - 1];

/** What JavaScript's own calendar says. */
const phases: Readonly<Record<CalendarPeriod, (date: Date) => number>> = {
  'minute-of-hour': (date) => (date.getTime() - new Date(date).setUTCMinutes(0, 0, 0)) / 60_000,
  'hour-of-day': (date) => (date.getTime() - new Date(date).setUTCHours(0, 0, 0, 0)) / 3_600_000,
  'day-of-week': (date) => (date.getUTCDay() + 6) % 7,
  'day-of-year': (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs),
  'month-of-year': (date) => date.getUTCMonth(),
};
const periods = Object.keys(phases) as CalendarPeriod[];

async function phasesInGraph(opset: number, times: readonly number[]): Promise<number[][]> {
  const graph = new DoubleGraph(opset);
  const output = graph.concat(periods.map((period) => emitPhase(graph, 'times', period)));
  const { data } = await runGraph(graph, output, { times: doubles(times) });
  return times.map((_, row) => data.slice(row * periods.length, (row + 1) * periods.length) as number[]);
}

const phasesByDate = (time: number) => periods.map((period) => phases[period](new Date(time)));

test.each([9, 13, 21])('opset %i knows the calendar from 1600 to 9999', async (opset) => {
  const time = fc.integer({ min: firstMs, max: lastMs });
  const aroundMidnight = fc
    .tuple(fc.integer({ min: firstMs / dayMs + 1, max: Math.floor(lastMs / dayMs) - 1 }), fc.constantFrom(-1, 0, 1))
    .map(([day, ms]) => day * dayMs + ms);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(time, aroundMidnight), { minLength: 1, maxLength: 500 }), async (times) => {
      expect(await phasesInGraph(opset, times)).toEqual(times.map(phasesByDate));
    }),
    { numRuns: 20 },
  );
});

test('leap years and their neighbours have all their days', async () => {
  const years = [1600, 1700, 1899, 1900, 1904, 1969, 1970, 1972, 1999, 2000, 2023, 2024, 2100, 2400, 9996, 9999];
  const days = years.flatMap((year) =>
    Array.from({ length: 367 }, (_, day) => Date.UTC(year, 0, 1) + day * dayMs).filter((time) => time <= lastMs),
  );
  expect(await phasesInGraph(13, days)).toEqual(days.map(phasesByDate));
});

test('a missing time has no place in any period', async () => {
  expect(await phasesInGraph(13, [Number.NaN, 0])).toEqual([periods.map(() => Number.NaN), [0, 0, 3, 0, 0]]);
});
