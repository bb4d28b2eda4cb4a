import { expect, test } from 'vitest';
import { codedTexts, PageTexts } from '../../../src/core/parquet/coded-texts.ts';
import type { CellText } from '../../../src/core/parquet/column-values.ts';

function arraysOf(texts: readonly string[]) {
  const parts = texts.map((text) => Buffer.from(text));
  const ends = Int32Array.from(parts, (_, i) => parts.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0));
  return { bytes: Buffer.concat(parts), starts: ends.map((end, i) => end - parts[i]!.length), ends };
}

const read = (bytes: Uint8Array): CellText => Buffer.from(bytes).toString();

test('each value has its text, and what comes again is read once', () => {
  const long = 'x'.repeat(40);
  const texts = Array.from({ length: 300 }, (_, i) => (i % 7 === 0 ? long : `gerät-${i % 5}`)).concat('', '', 'a', 'b');
  let reads = 0;
  const { codes, texts: found } = codedTexts(arraysOf(texts), (bytes) => {
    reads++;
    return read(bytes);
  });
  expect(Array.from(codes, (code) => found[code])).toEqual(texts);
  expect(reads).toBe(texts.filter((text) => text === long).length + 5 + 3);
});

test('many different texts, more than are remembered, are told apart', () => {
  const texts = Array.from({ length: 20_000 }, (_, i) => `d${(i * 7) % 9_000}`);
  const parts = texts.map((text) => text.length);
  let end = 0;
  const ends = Int32Array.from(parts, (length) => (end += length));
  const arrays = { bytes: Buffer.from(texts.join('')), starts: ends.map((each, i) => each - parts[i]!), ends };
  const { codes, texts: found } = codedTexts(arrays, read);
  expect(Array.from(codes, (code) => found[code])).toEqual(texts);
});

test('slices carry the texts of their own rows alone, of as many pages as they have', () => {
  const [first, second] = [new PageTexts(['a', 'b', 'c']), new PageTexts(['c', null])];
  const slices: CellText[][] = [[], []];
  const rows = [Int32Array.of(2, 2, 0, 0), Int32Array.of(0, 2, 1, 1, 0)];
  const missing = Uint8Array.of(0, 0, 0, 1, 0);
  first.moveTo(slices[0]!, rows[0]!, undefined, 0, 4);
  first.moveTo(slices[1]!, rows[1]!, missing, 0, 2);
  second.moveTo(slices[1]!, rows[1]!, missing, 2, 5);
  expect(slices).toEqual([
    ['c', 'a'],
    ['a', 'c', null, 'c'],
  ]);
  expect(Array.from(rows[0]!, (at) => slices[0]![at])).toEqual(['c', 'c', 'a', 'a']);
  expect(Array.from(rows[1]!, (at, row) => (missing[row] === 1 ? undefined : slices[1]![at]))).toEqual([
    'a',
    'c',
    null,
    undefined,
    'c',
  ]);
});
