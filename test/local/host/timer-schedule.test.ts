import { expect, test } from 'vitest';
import { CronExpression } from '../../../local/host/timers/cron-expression.ts';
import { parseSchedule } from '../../../local/host/timers/timer-schedule.ts';

const start = new Date('2026-01-31T10:20:30.500Z');

test.each([
  ['*/10 * * * * *', '2026-01-31T10:20:40.000Z'],
  ['0 */5 * * * *', '2026-01-31T10:25:00.000Z'],
  ['*/5 * * * *', '2026-01-31T10:25:00.000Z'],
  ['31 20 10 * * *', '2026-01-31T10:20:31.000Z'],
  ['30 20 10 * * *', '2026-02-01T10:20:30.000Z'],
  ['0 0 2 * * *', '2026-02-01T02:00:00.000Z'],
  ['0 30 9-17/2 * * MON-FRI', '2026-02-02T09:30:00.000Z'],
  ['0 0 0 1 JAN *', '2027-01-01T00:00:00.000Z'],
  ['0 0 0 29 2 *', '2028-02-29T00:00:00.000Z'],
  ['0 0 12 13 * 5', '2026-02-13T12:00:00.000Z'],
  ['5,50 * * * * *', '2026-01-31T10:20:50.000Z'],
  ['0 40/10 * * * *', '2026-01-31T10:40:00.000Z'],
])('after 10:20:30.5 on a Saturday comes %s at %s', (expression, time) => {
  expect(new CronExpression(expression).next(start)?.toISOString()).toBe(time);
});

test('the year has as many runs as the expression says', () => {
  const daily = new CronExpression('0 0 6 * * 1-5');
  let [time, runs] = [daily.next(new Date('2025-12-31T23:59:59Z')), 0];
  while (time !== undefined && time.getUTCFullYear() === 2026) {
    runs += 1;
    time = daily.next(time);
  }
  expect(runs).toBe(261);
});

test('a time span is the time between two runs', () => {
  const schedule = parseSchedule('f', '00:00:05');
  expect(schedule.next(start).getTime() - start.getTime()).toBe(5000);
  expect(schedule.isFrequent).toBe(true);
  expect(parseSchedule('f', '01:00:00').isFrequent).toBe(false);
  expect(parseSchedule('f', '*/30 * * * * *').isFrequent).toBe(true);
  expect(parseSchedule('f', '0 */1 * * * *').isFrequent).toBe(false);
});

test.each([
  ['0 0 0 30 2 *', /its time never comes/],
  ['* * * *', /5 or 6 fields, but this has 4/],
  ['61 * * * * *', /"61" is no value for seconds \(0 to 59\)/],
  ['0 0 0 * * FOO', /"FOO" is no value for days of the week/],
  ['*/0 * * * * *', /"\*\/0" is no value for seconds/],
  ['00:00:00', /must be above nought/],
  ['daily', /5 or 6 fields/],
])('the schedule "%s" is refused with the function and the reason', (text, message) => {
  expect(() => parseSchedule('drain', text)).toThrow(message);
  expect(() => parseSchedule('drain', text)).toThrow(/Function drain/);
});
