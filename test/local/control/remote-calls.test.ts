import { expect, test } from 'vitest';
import { answerCall, Caller } from '../../../local/control/remote-calls.ts';

const offered = {
  add: (left: number, right: number) => left + right,
  fail: async () => {
    throw new RangeError('too far');
  },
};

function connected(): Caller<typeof offered> {
  const caller = new Caller<typeof offered>(async (call) => caller.take(await answerCall(offered, call)));
  return caller;
}

test('a call is answered with its own result, whatever runs beside it', async () => {
  const { remote } = connected();
  expect(await Promise.all([remote.add(1, 2), remote.add(3, 4), remote.add(5, 6)])).toEqual([3, 7, 11]);
});

test('an error comes over with its message', async () => {
  await expect(connected().remote.fail()).rejects.toThrow('too far');
});

test('only what is offered can be called, and nothing that every object has', async () => {
  for (const method of ['subtract', 'constructor', 'toString', '__proto__'])
    expect(await answerCall(offered, { kind: 'call', id: 1, method, args: [] })).toMatchObject({
      error: expect.stringMatching(`There is no ${method}: add, fail`),
    });
});

test('whoever waits when the other end goes away hears it, and so does whoever calls later', async () => {
  const silent = new Caller<typeof offered>(() => {});
  const waiting = silent.remote.add(1, 2);
  silent.end('gone');
  await expect(waiting).rejects.toThrow('gone');
  await expect(silent.remote.add(1, 2)).rejects.toThrow('gone');
});
