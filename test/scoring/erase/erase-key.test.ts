import { describe, expect, test } from 'vitest';
import { eraseEach } from '../../../src/scoring/erase/erase-each.ts';
import { type ErasablePlace, eraseKey, isClean } from '../../../src/scoring/erase/erase-key.ts';

const reasonOf = (error: unknown) => ({ reason: String(error), isDark: String(error).includes('dark') });
const options = { isReal: true, scanMax: 100, onProgress: () => {}, reasonOf };

/** A place in memory. @param onErased hears that it was gone through */
function placeOf(name: string, held: string[], onErased: () => void = () => {}): ErasablePlace {
  return {
    name,
    service: 'Cosmos DB',
    async erase(_key, { isReal }) {
      const found = held.length;
      if (isReal) held.length = 0;
      onErased();
      return { isAll: true, found, erased: isReal ? found : 0, left: [] };
    },
  };
}

const failing = (message: string): ErasablePlace => ({
  name: 'broken',
  service: 'Cosmos DB',
  erase: () => Promise.reject(new Error(message)),
});

describe('going through all places', () => {
  test('what comes into a place that was gone through already is erased by another round', async () => {
    const scores = ['a'];
    const late = ['late'];
    const latest = placeOf('latest', ['c'], () => scores.push(...late.splice(0)));
    const report = await eraseKey([placeOf('scores', scores), latest], 'k', options);
    expect(scores).toEqual([]);
    expect(report.places.map(({ place, found, erased }) => [place, found, erased])).toEqual([
      ['scores', 2, 2],
      ['latest', 1, 1],
    ]);
    expect(isClean(report)).toBe(true);
  });

  test('what goes on arriving is said to, and is not waited for', async () => {
    const scores = ['a'];
    const endless = placeOf('latest', [], () => scores.push('once more'));
    const report = await eraseKey([placeOf('scores', scores), endless], 'k', options);
    expect(report.isQuiet).toBe(false);
    expect(isClean(report)).toBe(false);
  });

  test('a place that fails ends no other, and says why', async () => {
    const report = await eraseKey([failing('it is locked'), placeOf('scores', ['a', 'b'])], 'k', options);
    expect(report.places).toMatchObject([
      { place: 'broken', erased: 0, isAll: false, stopped: 'Error: it is locked' },
      { place: 'scores', found: 2, erased: 2 },
    ]);
    expect(isClean(report)).toBe(false);
  });

  test('a service that is out of reach is not waited for again at its other places', async () => {
    const held = ['a'];
    const elsewhere: ErasablePlace = { ...placeOf('parked', ['b']), service: 'Blob storage' };
    const report = await eraseKey([failing('it is dark'), placeOf('scores', held), elsewhere], 'k', options);
    expect(held).toEqual(['a']);
    expect(report.places.map(({ stopped, erased }) => [stopped, erased])).toEqual([
      ['Error: it is dark', 0],
      ['not tried, since Cosmos DB is out of reach', 0],
      [undefined, 1],
    ]);
  });

  test('who only counts goes through them once, and changes nothing', async () => {
    const held = ['a'];
    const report = await eraseKey([placeOf('scores', held)], 'k', { ...options, isReal: false });
    expect([held, report.isQuiet, report.places[0]?.found]).toEqual([['a'], true, 1]);
  });
});

describe('going through the items of a place', () => {
  const ids = Array.from({ length: 100 }, (_, i) => `item-${i}`);
  const each = (erase: (id: string) => Promise<{ found: number; erased: number }>) =>
    eraseEach(ids, { idOf: (id) => id, erase, onProgress: () => {} });

  test('one that fails is left and named, and all others go', async () => {
    const erased = await each(async (id) => {
      if (id === 'item-40') throw new Error('locked\nheaders');
      return { found: 1, erased: 1 };
    });
    expect(erased).toEqual({ isAll: true, found: 100, erased: 99, left: [{ id: 'item-40', problem: 'locked' }] });
  });

  test('where everything fails the rest is not tried, and is counted', async () => {
    let tried = 0;
    const erased = await each(async () => {
      tried++;
      throw new Error('dark');
    });
    expect(tried).toBe(16);
    expect(erased).toMatchObject({ isAll: false, found: 16, erased: 0 });
    expect(erased.stopped).toMatch(/84 more were not tried: dark/);
  });
});
