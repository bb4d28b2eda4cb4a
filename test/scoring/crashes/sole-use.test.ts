import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SoleUse } from '../../../src/scoring/crashes/sole-use.ts';

test('nothing runs beside what goes alone, everything has its turn, and a failure gives the turn on', async () => {
  const use = new SoleUse();
  let running = 0;
  let soleWith = 0;
  const work = (isSole: boolean, i: number) => async () => {
    running++;
    await delay(i % 3);
    if (isSole && running !== 1) soleWith++;
    running--;
    if (i % 5 === 0) throw new Error('failed');
    return i;
  };
  const all = Array.from({ length: 60 }, (_, i) =>
    i % 4 === 0 ? use.alone(work(true, i)) : use.together(work(false, i)),
  );
  const ended = await Promise.allSettled(all);
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(48);
  expect(soleWith).toBe(0);
});

test('work goes side by side as long as nothing goes alone', async () => {
  const use = new SoleUse();
  const gate = Promise.withResolvers<void>();
  let running = 0;
  const all = [1, 2, 3].map(() =>
    use.together(async () => {
      running++;
      await gate.promise;
    }),
  );
  expect(running).toBe(3);
  gate.resolve();
  await Promise.all(all);
});
