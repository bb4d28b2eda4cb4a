import { expect, test } from 'vitest';
import { SeenRows } from '../../../src/core/formats/seen-rows.ts';

test('each is new once, however many there are', () => {
  const seen = new SeenRows(100_000);
  const texts = Array.from({ length: 20_000 }, (_, i) => `row ${i}`);
  expect(texts.filter((text) => seen.has(text))).toEqual([]);
  expect(texts.every((text) => seen.has(text))).toBe(true);
  expect(seen.isExact).toBe(true);
});

test('what there is no room for is said, and the first ones are still known', () => {
  const seen = new SeenRows(2);
  expect(['a', 'b', 'a', 'b'].map((text) => seen.has(text))).toEqual([false, false, true, true]);
  expect(seen.isExact).toBe(true);
  expect(['c', 'c', 'a'].map((text) => seen.has(text))).toEqual([false, false, true]);
  expect(seen.isExact).toBe(false);
});
