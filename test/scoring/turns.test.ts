import { expect, test } from 'vitest';
import { Turns } from '../../src/scoring/turns.ts';

/** Takes turns one after the other, as a part does with its batches; notes each. */
async function use(turns: Turns, name: string, times: number, notes: string[]): Promise<void> {
  const take = turns.begin();
  for (let i = 0; i < times; i++) {
    await take(async () => {
      notes.push(name);
      await new Promise(setImmediate);
    });
  }
}

test('who began first is done before the next one goes on', async () => {
  const turns = new Turns();
  const notes: string[] = [];
  await Promise.all([use(turns, 'a', 3, notes), use(turns, 'b', 3, notes), use(turns, 'c', 2, notes)]);
  expect(notes.join('')).toBe('aaabbbcc');
});

test('who has to wait for something else lets others go on meanwhile', async () => {
  const turns = new Turns();
  const notes: string[] = [];
  const first = turns.begin();
  const note = async () => void notes.push('a');
  await first(note);
  await use(turns, 'b', 2, notes);
  await first(note);
  expect(notes.join('')).toBe('abba');
});

test('one whose use fails takes no turn from the others', async () => {
  const turns = new Turns();
  const notes: string[] = [];
  const failing = turns.begin()(() => Promise.reject(new Error('broken')));
  const other = use(turns, 'b', 1, notes);
  await expect(failing).rejects.toThrow('broken');
  await other;
  expect(notes).toEqual(['b']);
});

test('never two at the same time', async () => {
  const turns = new Turns();
  let [now, most] = [0, 0];
  const takers = Array.from({ length: 8 }, async () => {
    const take = turns.begin();
    for (let i = 0; i < 4; i++) {
      await take(async () => {
        most = Math.max(most, ++now);
        await new Promise(setImmediate);
        now--;
      });
    }
  });
  await Promise.all(takers);
  expect(most).toBe(1);
});
