import { expect, test } from 'vitest';
import type { LoadedModel } from '../../../src/scoring/loaded-model.ts';
import { SharedModel } from '../../../src/scoring/models/shared-model.ts';

/** A shared model that says how often its session was released, and how often it came to rest. */
function shared(): { model: SharedModel; released: () => number; idle: () => number } {
  let [released, idle] = [0, 0];
  const scorer = {
    inputs: [],
    outputs: [],
    run: async () => ({}),
    release: async () => {
      released++;
    },
  };
  const loaded = { manifest: { name: 'pump' }, scorer } as unknown as LoadedModel;
  const model = new SharedModel(loaded, 1, () => idle++);
  return { model, released: () => released, idle: () => idle };
}

test('a retired model is released when its last user is done, once', async () => {
  const { model, released } = shared();
  const working = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const used = working.map(({ promise }) => model.use(() => promise));
  model.retire();
  model.retire();
  working[0]?.resolve();
  await used[0];
  expect(released()).toBe(0);
  working[1]?.resolve();
  await used[1];
  await model.released;
  expect(released()).toBe(1);
});

test('work that fails, at once or later, gives the model back', async () => {
  const { model, released, idle } = shared();
  const atOnce = (): Promise<void> => {
    throw new Error('at once');
  };
  await expect(model.use(atOnce)).rejects.toThrow('at once');
  await expect(model.use(() => Promise.reject(new Error('later')))).rejects.toThrow('later');
  expect(model.isIdle).toBe(true);
  expect(idle()).toBe(2);
  model.retire();
  await model.released;
  expect(released()).toBe(1);
});

test('a retired model takes nobody new', () => {
  const { model } = shared();
  model.retire();
  expect(() => model.use(async () => {})).toThrow(/pump is used after it was retired/);
});

test('what is released badly is gone all the same', async () => {
  const { model } = shared();
  model.model.scorer.release = () => Promise.reject(new Error('native'));
  model.retire();
  await expect(model.released).resolves.toBeUndefined();
});
