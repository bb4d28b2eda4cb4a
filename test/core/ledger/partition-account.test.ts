import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LedgerEntry, ledgerEntryOf } from '../../../src/core/ledger/ledger-entry.ts';
import { accountOf, isSound, type PartitionFacts } from '../../../src/core/ledger/partition-account.ts';

const at = '2026-11-21T03:04:05.678Z';
const counts = { scored: 0, rejected: 0, parked: 0 };
const eventsOf = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ hub: 'h', partition: '0', sequence: from + i, enqueuedAt: at }));
const delivered = (
  from: number,
  to: number,
  skips: Parameters<typeof ledgerEntryOf>[2] = [],
  lists: Parameters<typeof ledgerEntryOf>[3] = [],
): LedgerEntry => ledgerEntryOf(eventsOf(from, to), counts, skips, lists);
const document = (sequence: number, index?: number) => ({ kind: 'document', sequence, index }) as const;
const documents = (from: number, to: number) => eventsOf(from, to).map(({ sequence }) => document(sequence));
const account = (facts: Partial<PartitionFacts>) =>
  accountOf({ entries: [], laterEntries: [], places: [], stream: undefined, ...facts });

test('a healthy partition: every event has its place, whatever borders the deliveries had', () => {
  const entries = [delivered(10, 19), delivered(15, 29), delivered(25, 30, [{ sequence: 27, reason: 'twinChange' }])];
  const places = [...documents(10, 26), { kind: 'deadLetter', sequence: 28 } as const, ...documents(29, 30)];
  expect(account({ entries, places, stream: [10, 35] })).toEqual({
    received: 21,
    documents: 19,
    deadLetters: 1,
    parked: 0,
    skipped: { twinChange: 1 },
    waiting: 5,
    gaps: [],
    doubles: [],
    unreceipted: [],
  });
});

describe('what is wrong is named', () => {
  const entries = [delivered(0, 9)];
  test('an event without a place', () => {
    expect(account({ entries, places: [...documents(0, 3), ...documents(6, 9)] }).gaps).toEqual(['4-5']);
  });
  test('an event that the ledger never saw, between events that it saw', () => {
    const { gaps, received } = account({
      entries: [...entries, delivered(12, 12)],
      places: [...documents(0, 9), document(12)],
    });
    expect([gaps, received]).toEqual([['10-11'], 11]);
  });
  test('an event that the hub held before all that was received', () => {
    const cut = account({ entries: [delivered(5, 9)], places: documents(5, 9), stream: [2, 9] });
    expect(cut.gaps).toEqual(['2-4']);
  });
  test('a hole within a delivery', () => {
    const [a, , c] = eventsOf(0, 2);
    const entry = ledgerEntryOf([c, a] as never, counts, [], []);
    expect(entry).toMatchObject({ from: 0, to: 2, holes: '1' });
    expect(account({ entries: [entry], places: [document(0), document(2)] })).toMatchObject({
      received: 2,
      gaps: ['1'],
    });
  });
  test('two places, with what they are', () => {
    const places = [...documents(0, 9), { kind: 'parked', sequence: 7 } as const, document(8)];
    expect(account({ entries, places }).doubles).toEqual(['7 (document, parked)', '8 (document, document)']);
  });
  test('places that the ledger does not know: its head, its middle, its tail cut off', () => {
    expect(account({ entries, places: documents(0, 12) }).unreceipted).toEqual(['10-12']);
    expect(account({ entries: [delivered(5, 9)], places: documents(3, 9) }).unreceipted).toEqual(['3-4']);
    expect(account({ places: documents(3, 9) }).unreceipted).toEqual(['3-9']);
    const later = account({ entries, laterEntries: [delivered(10, 12)], places: documents(0, 12) });
    expect(later.unreceipted).toEqual([]);
  });
});

describe('records of a list', () => {
  const entries = [delivered(5, 6, [{ sequence: 5, index: 2, reason: 'resend' }], [{ sequence: 5, records: 4 }])];
  test('are accounted for one by one', () => {
    const { skipped, ...rest } = account({
      entries,
      places: [document(5, 0), document(5, 1), document(5, 3), document(6)],
    });
    expect([isSound(rest as never), skipped]).toEqual([true, { resend: 1 }]);
    expect(account({ entries, places: [document(5, 0), document(5, 3), document(6)] }).gaps).toEqual(['5.1']);
    expect(account({ entries, places: [document(6)] }).gaps).toEqual(['5.0', '5.1', '5.3']);
    const twice = [document(5, 0), document(5, 0), document(5, 1), document(5, 3), document(6)];
    expect(account({ entries, places: twice }).doubles).toEqual(['5.0 (document, document)']);
  });
  test('lie in one place when their event was parked whole', () => {
    const parked = { kind: 'parked', sequence: 5 } as const;
    expect(isSound(account({ entries, places: [parked, document(6)] }))).toBe(true);
    expect(account({ entries, places: [parked, document(5, 0), document(6)] }).doubles).toEqual([
      '5 (parked, document)',
    ]);
  });
  test('whose number nobody wrote down are those that are there, from the first on', () => {
    const parkedOnce = [delivered(5, 5)];
    expect(isSound(account({ entries: parkedOnce, places: [document(5, 0), document(5, 1)] }))).toBe(true);
    expect(account({ entries: parkedOnce, places: [document(5, 1)] }).gaps).toEqual(['5.0']);
  });
});

test('what came before the time that is asked for is not judged, though a batch goes over it', () => {
  const [early, late] = ['2026-11-21T03:00:00.000Z', '2026-11-21T04:00:00.000Z'];
  const across: LedgerEntry = { ...delivered(0, 9, [{ sequence: 2, reason: 'x' }]), firstAt: early, lastAt: late };
  const facts = { entries: [across], places: documents(5, 9), since: late, stream: [5, 9] } as const;
  expect(account(facts)).toMatchObject({ received: 5, documents: 5, gaps: [], skipped: { x: 0 } });
});

test('what one delivery passed over and another placed is placed', () => {
  const entries = [delivered(0, 1, [{ sequence: 1, reason: 'resend' }]), delivered(1, 1)];
  expect(account({ entries, places: documents(0, 1) })).toMatchObject({
    documents: 2,
    skipped: { resend: 0 },
    gaps: [],
  });
});

test('any cover of a stretch by deliveries accounts for it, and any document taken away is the one that is named', () => {
  const cuts = fc.array(fc.tuple(fc.nat(99), fc.nat(40)), { maxLength: 20 });
  fc.assert(
    fc.property(cuts, fc.nat(99), (extra, lost) => {
      const entries = [delivered(0, 49), delivered(50, 99)].concat(
        extra.map(([from, length]) => delivered(from, Math.min(99, from + length))),
      );
      const places = documents(0, 99);
      expect(isSound(account({ entries, places, stream: [0, 99] }))).toBe(true);
      const { gaps } = account({ entries, places: places.filter(({ sequence }) => sequence !== lost) });
      expect(gaps).toEqual([`${lost}`]);
    }),
  );
});
