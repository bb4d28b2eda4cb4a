import { expect, test } from 'vitest';
import { type EndingRun, nothingDone, reportOf } from '../../../src/scoring/files/run-report.ts';

const ending: EndingRun = {
  run: 'r_1',
  source: {
    container: 'incoming',
    blob: 'pump/shift.csv',
    etag: '0x1',
    bytes: 9,
    lastModified: '2026-11-21T03:00:00Z',
  },
  folder: 'pump/pump/shift.csv/r_1',
  parts: 4,
  startedAt: '2026-11-21T03:00:00.000Z',
  durationMs: 10_000,
};
const outcome = { ...nothingDone, rows: 1_000_000, scored: 1_000_000 };
const amountOf = (changes: Partial<EndingRun>) => reportOf({ ...ending, ...changes }, outcome).cost!.amount;

test('a run costs the time of all its instances, not that from its beginning to its end', () => {
  expect(amountOf({})).toBe(amountOf({ busyMs: 10_000 }));
  expect(amountOf({ busyMs: 40_000 }) - amountOf({ busyMs: 10_000 })).toBeCloseTo(2 * 30 * 0.000026, 6);
});

test('a run whose rows become documents costs their request units, too', () => {
  expect(amountOf({ route: { documents: true } }) - amountOf({ route: { documents: false } })).toBeCloseTo(1.75, 6);
});
