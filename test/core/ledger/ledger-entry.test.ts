import { expect, test } from 'vitest';
import { ledgerEntryOf, readLedgerEntry } from '../../../src/core/ledger/ledger-entry.ts';
import { printPositions, readPositions } from '../../../src/core/ledger/positions.ts';

const event = (sequence: number) => ({
  hub: 'telemetry',
  partition: '3',
  sequence,
  enqueuedAt: `2026-11-21T03:04:0${sequence % 10}.000Z`,
});

test('a batch is one short line that can be read back', () => {
  const events = [1100, 1101, 1102, 1103, 1104].map(event);
  const skips = [
    { sequence: 1103, reason: 'twinChangeEvents' },
    { sequence: 1101, index: 0, reason: 'resend' },
    { sequence: 1104, reason: 'twinChangeEvents' },
  ];
  const lists = [
    { sequence: 1100, records: 2 },
    { sequence: 1101, records: 2 },
  ];
  const entry = ledgerEntryOf(events, { scored: 3, rejected: 1, parked: 0 }, skips, lists);
  expect(entry).toEqual({
    hub: 'telemetry',
    partition: '3',
    from: 1100,
    to: 1104,
    firstAt: '2026-11-21T03:04:00.000Z',
    lastAt: '2026-11-21T03:04:04.000Z',
    scored: 3,
    rejected: 1,
    parked: 0,
    skipped: { twinChangeEvents: 2, resend: 1 },
    skippedAt: { twinChangeEvents: '1103-1104', resend: '1101.0' },
    lists: [[1100, 1101, 2]],
  });
  expect(readLedgerEntry(JSON.stringify(entry))).toEqual(entry);
});

test('a plain batch says no more than it must', () => {
  const entry = ledgerEntryOf([event(2), event(1)], { scored: 2, rejected: 0, parked: 0 }, [], []);
  expect(Object.keys(entry)).toEqual([
    'hub',
    'partition',
    'from',
    'to',
    'firstAt',
    'lastAt',
    'scored',
    'rejected',
    'parked',
    'skipped',
  ]);
  expect(JSON.stringify(entry).length).toBeLessThan(200);
});

test.each([
  '',
  '{',
  'null',
  '{"hub":"h"}',
  JSON.stringify({ ...ledgerEntryOf([event(1)], { scored: 1, rejected: 0, parked: 0 }, [], []), to: 0 }),
])('a line that is no entry is none: %s', (line) => expect(readLedgerEntry(line)).toBeUndefined());

test('positions are a text and back', () => {
  const positions = [9, 7, 8, 12].map((sequence) => ({ sequence })).concat([{ sequence: 15, index: 2 } as never]);
  expect(printPositions(positions)).toBe('7-9,12,15.2');
  expect(readPositions('7-9,12,15.2')).toEqual({
    events: [
      [7, 9],
      [12, 12],
    ],
    items: new Set(['15.2']),
  });
  expect(readPositions('')).toEqual({ events: [], items: new Set() });
  for (const text of ['x', '9-7', '1,', '1.', '-1', '1-2-3']) expect(readPositions(text)).toBeUndefined();
});
