import { expect, test } from 'vitest';
import { readRanges } from '../../../src/adapters/parquet/read-ranges.ts';
import { openBytes } from './stored-file.ts';

const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) >> 3);
const ranges = [
  { from: 200_000, to: 200_100 },
  { from: 0, to: 50 },
  { from: 40, to: 9_000 },
  { from: 299_990, to: 300_000 },
  { from: 7, to: 7 },
];
const never = new AbortController().signal;
const expected = ranges.map(({ from, to }) => bytes.slice(from, to));

test('each range has its bytes, though a source uses the memory of its pieces again', async () => {
  const memory = new Uint8Array(64);
  const source = {
    ...openBytes(bytes),
    read: async function* (from = 0, to = bytes.length) {
      for (let at = from; at < to; at += memory.length) {
        const piece = memory.subarray(0, Math.min(memory.length, to - at));
        piece.set(bytes.subarray(at, at + piece.length));
        yield piece;
      }
    },
  };
  expect((await readRanges(source, ranges, never)).map((each) => each.slice())).toEqual(expected);
});

test('ranges that lie close together are read at once, and of a file that ends before they do come fewer bytes', async () => {
  const reads: (readonly [number, number])[] = [];
  const file = openBytes(bytes.subarray(0, 200_050), 1 << 20);
  const source = {
    ...file,
    read: (from = 0, to = 0) => {
      reads.push([from, to]);
      return file.read(from, Math.min(to, 200_050));
    },
  };
  const found = await readRanges(source, ranges, never);
  expect(found.map(({ length }) => length)).toEqual([50, 50, 8_960, 0, 0]);
  expect(reads).toEqual([
    [0, 9_000],
    [200_000, 200_100],
    [299_990, 300_000],
  ]);
});

test('of a file that nobody reads on, no more is read', async () => {
  const stopping = new AbortController();
  let pieces = 0;
  const source = {
    ...openBytes(bytes),
    read: async function* () {
      for (;;) {
        if (++pieces === 3) stopping.abort();
        yield new Uint8Array(10);
      }
    },
  };
  await expect(readRanges(source, ranges, stopping.signal)).rejects.toThrow('aborted');
  expect(pieces).toBe(3);
});
