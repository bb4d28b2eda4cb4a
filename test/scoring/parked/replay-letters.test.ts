import { beforeEach, expect, test } from 'vitest';
import { deadLetterPath, parkedPath } from '../../../src/core/stored-paths.ts';
import { replayLetters, replayOutcome } from '../../../src/scoring/parked/replay-letters.ts';
import type { DeadLetter, ParkedRecord } from '../../../src/scoring/ports.ts';
import { MemoryRecords } from './memory-records.ts';

let deadLetters: MemoryRecords<DeadLetter>;
let parked: MemoryRecords<ParkedRecord>;
beforeEach(async () => {
  deadLetters = new MemoryRecords();
  parked = new MemoryRecords();
  for (let i = 0; i < 40; i++) await deadLetters.write(deadLetterPath(letter(i)), letter(i));
});

const letter = (sequence: number): DeadLetter => ({
  id: `telemetry~0~${sequence}~mwptqiwe~telemetry`,
  source: { kind: 'stream', hub: 'telemetry', partition: '0', sequence, enqueuedAt: '2026-11-21T03:04:05.678Z' },
  route: 'telemetry',
  attempts: 1,
  systemProperties: { partitionKey: 'm-1' },
  body: '{"torque":-3}',
  bodyEncoding: 'utf8',
  reason: sequence % 2 === 0 ? 'feature.out_of_range' : 'json.malformed',
  path: '/torque',
  expected: '0..100 Nm',
  got: '-3',
});
const paths = () => [...deadLetters.byPath.keys()];
const move = (model?: string) => replayLetters({ deadLetters, parked }, paths(), model);

test('dead letters are parked with all that they were, and no dead letters any more', async () => {
  const [first] = deadLetters.all as [DeadLetter];
  expect(await move('other@2')).toMatchObject({
    selected: 40,
    gone: 0,
    left: [],
    movedByReason: { 'feature.out_of_range': 20, 'json.malformed': 20 },
  });
  expect(deadLetters.byPath.size).toBe(0);
  const { reason, path, expected, got, ...stored } = first;
  expect((await parked.read(parkedPath(first)))?.record).toEqual({
    ...stored,
    waitsFor: 'replay',
    error: { code: reason, message: 'expected 0..100 Nm, got -3' },
    letter: { reason, path, expected, got },
    model: 'other@2',
  });
});

test('twice is once: what is gone already is counted as gone, and the move adds up', async () => {
  const all = paths();
  await replayLetters({ deadLetters, parked }, all.slice(0, 25), undefined);
  const before = structuredClone(parked.all);
  const report = await replayLetters({ deadLetters, parked }, all, undefined);
  expect([report.selected, report.moved.length, report.gone, report.left.length]).toEqual([40, 15, 25, 0]);
  expect(parked.all.slice(0, 25)).toEqual(before);
});

test('what cannot be parked stays a dead letter and is named', async () => {
  parked.isDown = true;
  const report = await move();
  expect(report.left).toHaveLength(40);
  expect(report.left[0]).toEqual({ id: letter(0).id, problem: 'blob storage is dark' });
  expect(deadLetters.byPath.size).toBe(40);
});

test('a letter that was written anew in the middle of its move stays for the app to find', async () => {
  const write = parked.write.bind(parked);
  parked.write = async (path, record) => {
    await write(path, record);
    const again = deadLetters.all.find(({ id }) => id === record.id) as DeadLetter;
    await deadLetters.write(deadLetterPath(again), { ...again, attempts: 9 });
  };
  const report = await replayLetters({ deadLetters, parked }, [deadLetterPath(letter(0))], undefined);
  expect(report.moved).toEqual([letter(0).id]);
  expect((await deadLetters.read(deadLetterPath(letter(0))))?.record.attempts).toBe(9);
});

test('afterwards each has a document, is a dead letter again, or waits: nothing else counts', async () => {
  const { moved } = await move();
  // The app has drained all but three, and two of them were dead letters again.
  for (const sequence of Array.from({ length: 37 }, (_, i) => i)) await parked.remove(parkedPath(letter(sequence)));
  for (const sequence of [4, 6, 39]) await deadLetters.write(deadLetterPath(letter(sequence)), letter(sequence));
  await deadLetters.write(deadLetterPath(letter(99)), letter(99));
  expect(await replayOutcome({ deadLetters, parked }, moved)).toEqual({
    scored: 35,
    rejected: [4, 6].map((sequence) => ({ id: letter(sequence).id, reason: 'feature.out_of_range' })),
    waiting: 3,
  });
});
