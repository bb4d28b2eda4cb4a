import { expect, test } from 'vitest';
import { formatTimeSpan, parseTimeSpanMs } from '../../../local/host/settings/time-span.ts';

test.each([
  ['00:00:02', 2000],
  ['00:00:00.80', 800],
  ['01:02:03', 3_723_000],
  ['1.00:00:00', 86_400_000],
  ['00:05', 300_000],
  ['2', 172_800_000],
  ['-00:00:01', -1000],
])('%s is %d ms', (text, milliseconds) => {
  expect(parseTimeSpanMs(text)).toBe(milliseconds);
});

test.each(['', '5s', '25:00:00', '00:60:00', '00:00:60', '1:2:3:4', '0 */5 * * * *'])(
  '"%s" is no time span',
  (text) => {
    expect(parseTimeSpanMs(text)).toBeUndefined();
  },
);

test('a time span is written so that it can be read again', () => {
  for (const milliseconds of [0, 1000, 90_061_000, 1500]) {
    expect(parseTimeSpanMs(formatTimeSpan(milliseconds))).toBe(milliseconds);
  }
});
