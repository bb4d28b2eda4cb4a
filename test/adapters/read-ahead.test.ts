import { expect, test } from 'vitest';
import { type ByteRange, rangesOf, readAhead } from '../../src/adapters/read-ahead.ts';

test('a stretch is cut into ranges that hold each byte once', () => {
  expect(rangesOf(3, 10, 4)).toEqual([
    { from: 3, to: 7 },
    { from: 7, to: 10 },
  ]);
  expect(rangesOf(5, 5, 4)).toEqual([]);
});

/** Reads that end when the test says so, in any order. */
function slowReads() {
  const open = new Map<number, { end: () => void; fail: () => void }>();
  let [atOnce, most] = [0, 0];
  const read = ({ from }: ByteRange) =>
    new Promise<number>((resolve, reject) => {
      most = Math.max(most, ++atOnce);
      const close = (then: () => void) => () => {
        atOnce--;
        then();
      };
      open.set(from, { end: close(() => resolve(from)), fail: close(() => reject(new Error(`range ${from}`))) });
    });
  return { open, read, most: () => most };
}

test('ranges come in their order, whichever is there first, and only so many are read at once', async () => {
  const { open, read, most } = slowReads();
  const all: number[] = [];
  const reading = (async () => {
    for await (const from of readAhead(rangesOf(0, 10, 1), 3, read)) all.push(from);
  })();
  for (let ended = 0; ended < 10; ) {
    const newest = Math.max(...open.keys());
    open.get(newest)?.end();
    open.delete(newest);
    ended++;
    await new Promise(setImmediate);
  }
  await reading;
  expect(all).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(most()).toBe(3);
});

test('a failure is told in its turn, and what was begun is waited for', async () => {
  const { open, read } = slowReads();
  const reader = readAhead(rangesOf(0, 10, 1), 3, read);
  const first = reader.next();
  await new Promise(setImmediate);
  open.get(1)?.fail();
  open.get(0)?.end();
  expect(await first).toMatchObject({ value: 0 });
  const second = expect(reader.next()).rejects.toThrow('range 1');
  let hasEnded = false;
  void second.then(() => {
    hasEnded = true;
  });
  await new Promise(setImmediate);
  expect(hasEnded).toBe(false);
  for (const from of [2, 3]) open.get(from)?.end();
  await second;
  expect(open.has(4)).toBe(false);
});

test('whoever stops early has nothing running behind', async () => {
  const { open, read } = slowReads();
  const reader = readAhead(rangesOf(0, 10, 1), 3, read);
  const first = reader.next();
  await new Promise(setImmediate);
  open.get(0)?.end();
  await first;
  const ended = reader.return(undefined);
  for (const each of open.values()) each.fail();
  expect(await ended).toMatchObject({ done: true });
});
