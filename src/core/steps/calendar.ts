import type { DoubleGraph, Value } from '../graph/double-graph.ts';

/** Periods of the calendar, with their lengths in the unit of the phase. */
export const calendarPeriods = {
  'minute-of-hour': 60,
  'hour-of-day': 24,
  'day-of-week': 7,
  'day-of-year': 366,
  'month-of-year': 12,
} as const;

export type CalendarPeriod = keyof typeof calendarPeriods;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * Adds where in a period of the calendar a time lies, UTC. All numbers inside are whole and below 2^53, so that each
 * step is exact for the years 1600 to 9999.
 * @param time milliseconds since 1970
 */
export function emitPhase(graph: DoubleGraph, time: Value, period: CalendarPeriod): Value {
  const days = wholes(graph, time, dayMs);
  switch (period) {
    case 'minute-of-hour':
      return graph.div(rest(graph, time, wholes(graph, time, hourMs), hourMs), graph.number(60_000));
    case 'hour-of-day':
      return graph.div(rest(graph, time, days, dayMs), graph.number(hourMs));
    case 'day-of-week': {
      // The first of January 1970 was a Thursday; Monday is 0.
      const sinceMonday = graph.add(days, graph.number(3));
      return rest(graph, sinceMonday, wholes(graph, sinceMonday, 7), 7);
    }
    case 'day-of-year':
      return emitDayOfYear(graph, days);
    case 'month-of-year':
      return emitMonth(graph, days);
  }
}

/** How many whole units there are in a value; before 0 too the unit that has begun counts as not whole. */
const wholes = (graph: DoubleGraph, value: Value, unit: number): Value =>
  graph.floor(graph.div(value, graph.number(unit)));

/** What is left of a value after whole units. */
const rest = (graph: DoubleGraph, value: Value, count: Value, unit: number): Value =>
  graph.sub(value, graph.mul(count, graph.number(unit)));

const daysOf400Years = 146_097;

/** A day as the calendar has it whose years begin on the first of March, so that the leap day is the last of its year. */
interface MarchDate {
  /** Year within 400 years. */
  readonly year: Value;
  /** Day of that year, from 0. */
  readonly day: Value;
  /** Month of that year, March is 0. */
  readonly month: Value;
}

/** The civil date of a count of days since 1970, after Howard Hinnant's "chrono-compatible low-level date algorithms". */
function emitMarchDate(graph: DoubleGraph, days: Value): MarchDate {
  const sinceMarchOfYear0 = graph.add(days, graph.number(719_468));
  const day = rest(graph, sinceMarchOfYear0, wholes(graph, sinceMarchOfYear0, daysOf400Years), daysOf400Years);
  // Each leap day, but those of the centuries, is taken out before the days are divided into years.
  const leapDays = graph.sub(
    graph.add(wholes(graph, day, 1_460), wholes(graph, day, daysOf400Years - 1)),
    wholes(graph, day, 36_524),
  );
  const year = wholes(graph, graph.sub(day, leapDays), 365);
  const startOfYear = graph.add(
    graph.mul(year, graph.number(365)),
    graph.sub(wholes(graph, year, 4), wholes(graph, year, 100)),
  );
  const dayOfYear = graph.sub(day, startOfYear);
  const month = wholes(graph, graph.add(graph.mul(dayOfYear, graph.number(5)), graph.number(2)), 153);
  return { year, day: dayOfYear, month };
}

/** Month of the year, from 0. */
function emitMonth(graph: DoubleGraph, days: Value): Value {
  const { month } = emitMarchDate(graph, days);
  const sinceJanuary = graph.add(month, graph.number(2));
  return rest(graph, sinceJanuary, wholes(graph, sinceJanuary, 12), 12);
}

/** Day of the year, from 0. */
function emitDayOfYear(graph: DoubleGraph, days: Value): Value {
  const { year, day } = emitMarchDate(graph, days);
  const zero = graph.number(0);
  const isMultiple = (of: number) => graph.equal(rest(graph, year, wholes(graph, year, of), of), zero);
  const isLeap = graph.and(isMultiple(4), graph.or(graph.not(isMultiple(100)), graph.equal(year, zero)));
  const fromMarch = graph.add(graph.add(day, graph.number(31 + 28)), graph.toDouble(isLeap));
  const marchToDecember = 306;
  const isInNextYear = graph.not(graph.less(day, graph.number(marchToDecember)));
  return graph.where(isInNextYear, graph.sub(day, graph.number(marchToDecember)), fromMarch);
}
