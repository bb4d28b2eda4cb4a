import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WriteBehind } from '../../../local/cosmos/store/write-behind.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('changes of 20 ms are saved at once, the last one of each key counting', () => {
  const saved: [string, number][][] = [];
  const pending = new WriteBehind<number>((changes) => saved.push([...changes]));
  pending.add('a', 1);
  pending.add('b', 2);
  pending.add('a', 3);
  expect(saved).toEqual([]);
  vi.advanceTimersByTime(20);
  expect(saved).toEqual([
    [
      ['a', 3],
      ['b', 2],
    ],
  ]);
  vi.advanceTimersByTime(1_000);
  expect(saved).toHaveLength(1);
});

test('flush saves at once, and nothing is saved twice', () => {
  const save = vi.fn();
  const pending = new WriteBehind<number>(save);
  pending.flush();
  pending.add('a', 1);
  pending.flush();
  vi.advanceTimersByTime(1_000);
  expect(save).toHaveBeenCalledOnce();
});

test('what could not be saved is said, kept and tried again', () => {
  let isFull = true;
  const saved: string[] = [];
  const pending = new WriteBehind<number>((changes) => {
    if (isFull) throw new Error('disk is full');
    saved.push(...changes.keys());
  });
  pending.assertHealthy();
  pending.add('a', 1);
  vi.advanceTimersByTime(20);
  expect(() => pending.assertHealthy()).toThrow('disk is full');
  pending.add('b', 1);
  isFull = false;
  vi.advanceTimersByTime(1_000);
  expect(saved).toEqual(['a', 'b']);
  pending.assertHealthy();
});

test('flush tells of its failure', () => {
  const pending = new WriteBehind<number>(() => {
    throw new Error('disk is full');
  });
  pending.add('a', 1);
  expect(() => pending.flush()).toThrow('disk is full');
});
