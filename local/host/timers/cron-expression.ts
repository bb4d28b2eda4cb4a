import { type CronField, parseCronField } from './cron-field.ts';

const fields: readonly CronField[] = [
  { name: 'seconds', min: 0, max: 59 },
  { name: 'minutes', min: 0, max: 59 },
  { name: 'hours', min: 0, max: 23 },
  { name: 'days of the month', min: 1, max: 31 },
  {
    name: 'months',
    min: 1,
    max: 12,
    names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  { name: 'days of the week', min: 0, max: 6, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] },
];

/** The 29th of February on a given weekday comes after 40 years at the latest. */
const daysAheadMax = 366 * 41;

/** An NCRONTAB expression: six fields from seconds to weekday, or five, then the second is 0. Day and weekday must both fit. */
export class CronExpression {
  readonly #values: readonly (readonly number[])[];

  /** @throws {Error} when the text is none */
  constructor(text: string) {
    const parts = text.trim().split(/\s+/);
    const six = parts.length === 5 ? ['0', ...parts] : parts;
    if (six.length !== fields.length)
      throw new Error(`a cron expression has 5 or 6 fields, but this has ${parts.length}`);
    this.#values = fields.map((field, index) => parseCronField(six[index] ?? '', field));
  }

  /** The first time after the given one, in UTC; undefined when there is none, as for the 30th of February. */
  next(after: Date): Date | undefined {
    const [seconds = [], minutes = [], hours = []] = this.#values;
    const start = new Date(Math.floor(after.getTime() / 1000) * 1000 + 1000);
    const [year, month, day] = [start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()];
    for (let ahead = 0; ahead <= daysAheadMax; ahead++) {
      const date = new Date(Date.UTC(year, month, day + ahead));
      if (!this.#isOnDay(date)) continue;
      const earliest = ahead === 0 ? [start.getUTCHours(), start.getUTCMinutes(), start.getUTCSeconds()] : [0, 0, 0];
      const time = firstTime([hours, minutes, seconds], earliest);
      if (time !== undefined) return new Date(date.getTime() + time * 1000);
    }
    return undefined;
  }

  #isOnDay(date: Date): boolean {
    const [, , , days, months, weekdays] = this.#values;
    return (
      days?.includes(date.getUTCDate()) === true &&
      months?.includes(date.getUTCMonth() + 1) === true &&
      weekdays?.includes(date.getUTCDay()) === true
    );
  }
}

/** The first allowed second of a day at or after the earliest; undefined when that day has none left. */
function firstTime(allowed: readonly (readonly number[])[], earliest: readonly number[]): number | undefined {
  const [hours = [], minutes = [], seconds = []] = allowed;
  const [earliestHour = 0, earliestMinute = 0, earliestSecond = 0] = earliest;
  for (const hour of hours.filter((value) => value >= earliestHour)) {
    const isFirstHour = hour === earliestHour;
    for (const minute of minutes.filter((value) => !isFirstHour || value >= earliestMinute)) {
      const isFirstMinute = isFirstHour && minute === earliestMinute;
      const second = seconds.find((value) => !isFirstMinute || value >= earliestSecond);
      if (second !== undefined) return (hour * 60 + minute) * 60 + second;
    }
  }
  return undefined;
}
