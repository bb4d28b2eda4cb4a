import { describe, expect, test } from 'vitest';
import type { ChaosEvent, Expectation } from '../../../local/chaos/chaos-event.ts';
import { accountOf } from '../../../local/chaos/event-account.ts';
import type { Place } from '../../../local/chaos/event-places.ts';

const event = (id: string, expected: Expectation = 'document'): ChaosEvent => ({
  id,
  key: 'machine-1',
  body: Buffer.from('{}'),
  expected,
});
const enqueuedAt = '2026-11-21T03:04:05.678Z';
const inHub = (...ids: string[]) => ids.map((id, sequence) => ({ id, position: `0/${sequence}`, enqueuedAt }));
const document: Place = { kind: 'document', key: 'machine-1', enqueuedAt };
const letter: Place = { kind: 'dead-letter' };
const parked: Place = { kind: 'parked' };

/** The account of one event at position 0/0. */
function accountOfOne(places: readonly Place[], expected: Expectation = 'document', hasPassed = true) {
  return accountOf({
    sent: [event('a', expected)],
    inHub: inHub('a'),
    places: new Map(places.length === 0 ? [] : [['0/0', places]]),
    passed: () => hasPassed,
  });
}

const sound = { lost: [], waiting: [], doubled: [], misplaced: [], wrong: [], resent: [] };

describe('an event in its one place is sound', () => {
  test.each<[string, Place, Expectation, object]>([
    ['a document', document, 'document', { documents: 1 }],
    ['a dead letter', letter, 'dead-letter', { deadLetters: 1 }],
    ['parked', parked, 'document', { parked: 1 }],
  ])('%s', (_, place, expected, counts) => {
    const none = { documents: 0, deadLetters: 0, parked: 0 };
    expect(accountOfOne([place], expected)).toEqual({ sent: 1, ...none, ...counts, ...sound });
  });
});

describe('whatever is wrong with an event is seen', () => {
  test.each<[string, readonly Place[], Expectation, boolean, object]>([
    ['behind the checkpoint without a place', [], 'document', true, { lost: ['a'] }],
    ['before the checkpoint without a place', [], 'document', false, { waiting: ['a'] }],
    ['two documents', [document, document], 'document', true, { doubled: ['a'] }],
    ['a document and parked', [document, parked], 'document', true, { doubled: ['a'] }],
    ['a document and a dead letter', [document, letter], 'document', true, { doubled: ['a'] }],
    ['a good event as a dead letter', [letter], 'document', true, { misplaced: ['a'] }],
    ['a poison event as a document', [document], 'dead-letter', true, { misplaced: ['a'] }],
    ['the document of another key', [{ ...document, key: 'machine-2' }], 'document', true, { wrong: ['a'] }],
    ['the document of another time', [{ ...document, enqueuedAt: '2026' }], 'document', true, { wrong: ['a'] }],
  ])('%s', (_, places, expected, hasPassed, wrong) => {
    expect(accountOfOne(places, expected, hasPassed)).toMatchObject({ ...sound, ...wrong });
  });
});

test('a conflict is a document and a dead letter, nothing less', () => {
  expect(accountOfOne([document, letter], 'conflict')).toMatchObject(sound);
  expect(accountOfOne([document], 'conflict')).toMatchObject({ misplaced: ['a'] });
});

test('an event that never came to the hub is lost', () => {
  const account = accountOf({ sent: [event('a')], inHub: [], places: new Map(), passed: () => true });
  expect(account).toMatchObject({ ...sound, lost: ['a'] });
});

test('an event that its sender sent twice needs a place for each copy', () => {
  const sources = { sent: [event('a')], inHub: inHub('a', 'a'), passed: () => true };
  const both = new Map([
    ['0/0', [document]],
    ['0/1', [document]],
  ]);
  expect(accountOf({ ...sources, places: both })).toMatchObject({ ...sound, documents: 2, resent: ['a'] });
  expect(accountOf({ ...sources, places: new Map([['0/0', [document]]]) })).toMatchObject({ lost: ['a'] });
});

test('what others sent does not count', () => {
  const places = new Map([['0/1', [document, document]]]);
  const account = accountOf({ sent: [event('a')], inHub: inHub('a', 'other'), places, passed: () => false });
  expect(account).toMatchObject({ ...sound, documents: 0, waiting: ['a'] });
});
