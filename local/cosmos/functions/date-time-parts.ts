/** The parts of a date that the DATETIME functions know by several names. */
export type DateTimePart = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond';

const names: Readonly<Record<DateTimePart, string>> = {
  year: 'year yyyy yy',
  month: 'month mm m',
  day: 'day dd d',
  hour: 'hour hh',
  minute: 'minute mi n',
  second: 'second ss s',
  millisecond: 'millisecond ms',
};

const partByName = new Map(
  Object.entries(names).flatMap(([part, written]) => written.split(' ').map((name) => [name, part as DateTimePart])),
);

export function dateTimePart(name: string): DateTimePart | undefined {
  return partByName.get(name.toLowerCase());
}

export function partOf(date: Date, part: DateTimePart): number {
  switch (part) {
    case 'year':
      return date.getUTCFullYear();
    case 'month':
      return date.getUTCMonth() + 1;
    case 'day':
      return date.getUTCDate();
    case 'hour':
      return date.getUTCHours();
    case 'minute':
      return date.getUTCMinutes();
    case 'second':
      return date.getUTCSeconds();
    case 'millisecond':
      return date.getUTCMilliseconds();
  }
}

const lengthsMs = { day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1_000, millisecond: 1 } as const;

export function addParts(date: Date, part: DateTimePart, count: number): Date {
  if (part !== 'year' && part !== 'month') return new Date(date.getTime() + count * lengthsMs[part]);
  const moved = new Date(date);
  const months = part === 'year' ? 12 * count : count;
  moved.setUTCMonth(date.getUTCMonth() + months);
  // 31 January plus one month is the last of February, not the third of March.
  if (moved.getUTCDate() !== date.getUTCDate()) moved.setUTCDate(0);
  return moved;
}

/** How many borders of that part lie between two times: from 23:59 to 00:01 it is one day. */
export function bordersBetween(start: Date, end: Date, part: DateTimePart): number {
  const years = end.getUTCFullYear() - start.getUTCFullYear();
  if (part === 'year') return years;
  if (part === 'month') return 12 * years + end.getUTCMonth() - start.getUTCMonth();
  return Math.floor(end.getTime() / lengthsMs[part]) - Math.floor(start.getTime() / lengthsMs[part]);
}
