import { expect, test } from 'vitest';
import hostJson from '../../host.json' with { type: 'json' };
import { attemptTimesOf } from '../../src/core/attempt-times.ts';

test('an attempt ends well before the host would end it', () => {
  expect(attemptTimesOf(hostJson.functionTimeout)).toEqual({ waitMs: 90_000, endMs: 120_000, stallMs: 240_000 });
});

test.each([
  ['00:00:10', 10_000],
  ['00:05:00', 300_000],
])('in a function that has %s', (functionTimeout, timeoutMs) => {
  const { waitMs, endMs, stallMs } = attemptTimesOf(functionTimeout);
  expect([waitMs, endMs, stallMs].map((ms) => Math.round((100 * ms) / timeoutMs))).toEqual([15, 20, 40]);
});

test.each([undefined, '-1', '1.00:00:00', '00:30:00', 'soon', '00:00:00'])('and no longer than that for %s', (text) => {
  expect(attemptTimesOf(text)).toEqual({ waitMs: 90_000, endMs: 120_000, stallMs: 240_000 });
});
