import { expect, test } from 'vitest';
import { readChaosOptions } from '../../../local/chaos/chaos-options.ts';
import { disasters } from '../../../local/chaos/disaster-list.ts';

test('without names all disasters are meant, each once', () => {
  const { chosen } = readChaosOptions([]);
  expect(chosen).toEqual(disasters);
  expect(new Set(chosen.map(({ name }) => name)).size).toBe(chosen.length);
});

test('names are known in any case of letters', () => {
  expect(readChaosOptions(['d1', 'Two-Hosts']).chosen.map(({ name }) => name)).toEqual(['D1', 'two-hosts']);
});

test.each([
  [['D99'], /no disaster "D99"/],
  [['two-host'], /Is "two-hosts" meant\?/],
  [['--seed', 'x'], /--seed is a whole number/],
  [['--jsno'], /--jsno[\s\S]*npm run chaos/],
])('%j is answered with what is meant', (args, message) => {
  expect(() => readChaosOptions(args)).toThrow(message);
});

test('every disaster says what happens, what must hold, and has a short form that is shorter', () => {
  for (const { name, title, holds, full, short } of disasters) {
    expect([name, title, holds].every((text) => text.length > 1)).toBe(true);
    expect(short.events).toBeLessThanOrEqual(full.events);
    expect(short.dose).toBeLessThanOrEqual(full.dose);
  }
});
