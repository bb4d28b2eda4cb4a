import { expect, test } from 'vitest';
import hostJson from '../../../host.json' with { type: 'json' };
import { callSettings } from '../../../src/core/resources.ts';
import { callLimitsOf, usualCallLimits } from '../../../src/scoring/http/call-limits.ts';

test('without settings calls may cost what is usual', () => {
  expect(callLimitsOf({})).toEqual(usualCallLimits);
});

test('each setting moves one limit, in the unit that its name says', () => {
  const settings = Object.fromEntries(Object.values(callSettings).map((name, i) => [name, String(i + 1)]));
  expect(callLimitsOf(settings)).toEqual({
    rowBytesMax: 1 << 20,
    tensorBytesMax: 2 << 20,
    rowsMax: 3,
    callMs: 4_000,
    bodyMs: 5_000,
    callsMax: 6,
    callsWaitingMax: 7,
    callsBytesMax: 8 << 20,
  });
});

test('a part of a unit is one: no setting makes a limit that lets nobody in', () => {
  expect(callLimitsOf({ SLUICE_CALLS: '0.2', SLUICE_CALL_ROWS_MB: '0.5' })).toMatchObject({
    callsMax: 1,
    rowBytesMax: 1 << 19,
  });
});

test.each(['0', '-1', 'many', 'Infinity', ''])('%j is no limit: the usual one holds', (value) => {
  expect(callLimitsOf({ SLUICE_CALLS: value })).toEqual(usualCallLimits);
});

test('the host lets in all calls that the app lets wait, so that the app says 429 in the words of the dialect', () => {
  const { maxConcurrentRequests, maxOutstandingRequests } = hostJson.extensions.http;
  const calls = usualCallLimits.callsMax + usualCallLimits.callsWaitingMax;
  expect(maxConcurrentRequests).toBeGreaterThan(calls);
  expect(maxOutstandingRequests).toBeGreaterThan(calls);
});
