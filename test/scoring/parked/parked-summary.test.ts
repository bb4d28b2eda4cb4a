import { expect, test } from 'vitest';
import { parkedSummary } from '../../../src/scoring/parked/parked-summary.ts';

const page = (...times: string[]) => ({
  list: async () => ({ found: times.map((storedAt, i) => ({ path: String(i), storedAt })), isAll: true }),
});

test('tells how many records are parked and how long the oldest has waited, whatever the order of their events', async () => {
  const now = Date.parse('2026-11-21T04:10:00.000Z');
  expect(await parkedSummary(page('2026-11-21T04:05:00.000Z', '2026-11-21T04:00:00.000Z'), now)).toEqual({
    records: 2,
    oldestAt: '2026-11-21T04:00:00.000Z',
    oldestSeconds: 600,
  });
  expect(await parkedSummary(page(), now)).toEqual({ records: 0 });
});
