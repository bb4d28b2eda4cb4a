import { expect, test } from 'vitest';
import { ledgerEntryOf } from '../../../src/core/ledger/ledger-entry.ts';
import type { StreamPlace } from '../../../src/core/ledger/settled-places.ts';
import { reconcile, type StreamRecords } from '../../../src/scoring/reconcile/reconcile.ts';

const enqueuedAt = '2026-11-21T03:04:05.678Z';
const delivered = (partition: string, from: number, to: number) =>
  ledgerEntryOf(
    [from, to].map((sequence) => ({ hub: 'telemetry', partition, sequence, enqueuedAt })),
    { scored: to - from + 1, rejected: 0, parked: 0 },
    [],
    [],
  );
/** The helper above names two events; a delivery without holes says so. */
const whole = (partition: string, from: number, to: number) => {
  const { holes: _, ...entry } = delivered(partition, from, to);
  return entry;
};
const place = (kind: StreamPlace['kind'], partition: string, sequence: number): StreamPlace => ({
  kind,
  partition,
  sequence,
  enqueuedAt,
});
const documents = (partition: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => place('document', partition, from + i));

/** Answers of the same question, one after the other; the last one stays. */
const answers = <T>(...all: T[]) => {
  let asked = 0;
  return async () => all[Math.min(asked++, all.length - 1)] as T;
};
const ledger = (...entries: ReturnType<typeof whole>[]) => ({ entries, broken: [] as string[] });
const records = (changes: Partial<StreamRecords>): StreamRecords => ({
  ledger: answers(ledger(whole('0', 0, 9), whole('10', 0, 4), whole('2', 0, 4))),
  stream: answers(
    new Map([
      ['0', [0, 9] as const],
      ['1', undefined],
      ['2', [0, 6] as const],
      ['10', [0, 4] as const],
    ]),
  ),
  documents: answers([...documents('0', 0, 9), ...documents('2', 0, 4), ...documents('10', 0, 4)]),
  sideTrack: answers([]),
  ...changes,
});

test('partitions are accounted for each by itself, in the order of their numbers', async () => {
  const account = await reconcile(records({}));
  expect(account.isSound).toBe(true);
  expect(account.partitions.map(({ partition, received, waiting }) => [partition, received, waiting])).toEqual([
    ['0', 10, 0],
    ['1', 0, 0],
    ['2', 5, 2],
    ['10', 5, 0],
  ]);
});

test('a document that goes missing makes it unsound', async () => {
  const account = await reconcile(records({ documents: answers(documents('0', 0, 9)) }));
  expect(account.isSound).toBe(false);
  expect(account.partitions.map(({ gaps }) => gaps)).toEqual([[], [], ['0-4'], ['0-4']]);
});

test('a batch that is under way gets the time to reach the ledger', async () => {
  const more = ledger(whole('0', 0, 12), whole('2', 0, 4), whole('10', 0, 4));
  const account = await reconcile(
    records({
      ledger: answers(ledger(whole('0', 0, 9), whole('2', 0, 4), whole('10', 0, 4)), more),
      documents: answers([...documents('0', 0, 12), ...documents('2', 0, 4), ...documents('10', 0, 4)]),
    }),
  );
  expect(account.isSound).toBe(true);
});

test('places that never reach the ledger are named', async () => {
  const account = await reconcile(
    records({ documents: answers([...documents('0', 0, 12), ...documents('2', 0, 4), ...documents('10', 0, 4)]) }),
    0,
  );
  expect(account.partitions[0]).toMatchObject({ unreceipted: ['10-12'], gaps: [], doubles: [] });
  expect(account.isSound).toBe(false);
});

test('a record that is drained while all is read is in one place', async () => {
  const parked = [place('parked', '2', 4), place('deadLetter', '2', 3)];
  const justDrained = {
    sideTrack: answers(parked, []),
    documents: answers([...documents('0', 0, 9), ...documents('2', 0, 2), ...documents('10', 0, 4)]),
  };
  expect((await reconcile(records(justDrained))).isSound).toBe(true);
  expect((await reconcile(records({ sideTrack: answers(parked, []) }))).isSound).toBe(true);
  const both = await reconcile(records({ sideTrack: answers(parked) }));
  expect(both.partitions[2]?.doubles).toEqual(['3 (document, deadLetter)', '4 (document, parked)']);
});

test('a ledger with a broken line is not whole; one that is ahead of its hub is told', async () => {
  const broken = await reconcile(
    records({
      ledger: answers({ ...ledger(whole('0', 0, 9), whole('2', 0, 4), whole('10', 0, 4)), broken: ['x line 2'] }),
    }),
  );
  expect([broken.isSound, broken.brokenLines]).toEqual([false, ['x line 2']]);
  const anew = await reconcile(records({ stream: answers(new Map([['0', [0, 3] as const]])) }));
  expect(anew.madeAnew).toEqual(['0']);
});
