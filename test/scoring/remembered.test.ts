import { expect, test } from 'vitest';
import { Remembered } from '../../src/scoring/remembered.ts';

test('a value is made once for all who ask, and kept', async () => {
  let made = 0;
  const remembered = new Remembered(async () => ++made);
  expect(await Promise.all([remembered.value(), remembered.value()])).toEqual([1, 1]);
  expect(await remembered.value()).toBe(1);
});

test('a value that is too old is made anew', async () => {
  let made = 0;
  const remembered = new Remembered(async () => ++made, 0);
  expect([await remembered.value(), await remembered.value()]).toEqual([1, 2]);
});

test('when a renewal fails the old value stays in use, and the failure can be seen', async () => {
  let made = 0;
  const make = async () => {
    made++;
    if (made === 2) throw new Error('gone');
    return made;
  };
  const remembered = new Remembered(make, 0);
  expect(await remembered.value()).toBe(1);
  expect(remembered.failure).toBeUndefined();
  expect(await remembered.value()).toBe(1);
  expect(remembered.failure).toMatchObject({ message: 'gone' });
  // The failed renewal is not tried again at once.
  expect(await remembered.value()).toBe(1);
  expect(made).toBe(2);
});

test('without a value the failure is handed out, and not tried again for each who asks', async () => {
  let made = 0;
  const remembered = new Remembered(async () => {
    made++;
    throw new Error('gone');
  });
  for (let i = 0; i < 5; i++) await expect(remembered.value()).rejects.toThrow('gone');
  expect(made).toBe(1);
});

test('the latest value is there at once while a newer one is made behind it', async () => {
  const gate = Promise.withResolvers<number>();
  const makers = [async () => 1, () => gate.promise, async () => 3];
  const remembered = new Remembered(() => makers.shift()!(), 0);
  expect(remembered.isMade).toBe(false);
  expect(await remembered.latest()).toBe(1);
  expect(remembered.isMade).toBe(true);
  expect([await remembered.latest(), await remembered.latest()]).toEqual([1, 1]);
  gate.resolve(2);
  expect(await remembered.value()).toBe(2);
});

test('the latest value is waited for where there is none, and its failure is handed out', async () => {
  const remembered = new Remembered(async () => {
    throw new Error('gone');
  });
  await expect(remembered.latest()).rejects.toThrow('gone');
});
