import { describe, expect, test } from 'vitest';
import { aliasesText, isAliasName, noAliases, parseAliases } from '../../../src/core/aliases/aliases.ts';
import { promoted, rolledBack, versionBefore } from '../../../src/core/aliases/move-alias.ts';
import { limits } from '../../../src/core/limits.ts';

const reason = { by: 'ada', at: '2026-11-21T03:04:05.678Z' };
const promotions = (...versions: number[]) =>
  versions.reduce((aliases, version) => promoted(aliases, 'live', version, reason), noAliases);

describe('aliases.json', () => {
  test('is read as it was written', () => {
    const aliases = promoted(promotions(1, 2), 'canary', 3, { ...reason, why: 'to try it' });
    expect(parseAliases(JSON.parse(aliasesText(aliases)))).toEqual(aliases);
  });

  test.each([
    ['the bare map of aliases', { live: 3 }, '/format'],
    ['an alias that reads like a version', { ...noAliases, aliases: { '3': 3 } }, '/aliases/3'],
    ['a version that is none', { ...noAliases, aliases: { live: '3' } }, '/aliases/live'],
    [
      'too many aliases',
      { ...noAliases, aliases: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`a${i}`, 1])) },
      '/aliases',
    ],
    ['a time that is none', { ...noAliases, history: [{ ...promotions(1).history[0], at: 'today' }] }, '/history/0/at'],
  ])('%s is refused', (_, root, path) => {
    expect(parseAliases(root)).toContainEqual(expect.objectContaining({ code: 'aliases.invalid', path }));
  });
});

test.each([
  ['live', true],
  ['canary-2', true],
  ['2', false],
  ['Live', false],
  ['', false],
  ['a/b', false],
])('an alias may be called %j: %s', (name, may) => {
  expect(isAliasName(name)).toBe(may);
});

describe('moving an alias', () => {
  test('says who, when, why, from where and to where', () => {
    expect(promoted(promotions(1), 'live', 2, { ...reason, why: 'better recall' })).toEqual({
      format: 1,
      aliases: { live: 2 },
      history: [
        { alias: 'live', kind: 'promote', from: 1, to: 2, why: 'better recall', ...reason },
        { alias: 'live', kind: 'promote', to: 1, ...reason },
      ],
    });
  });

  test('to where it is changes nothing', () => {
    const aliases = promotions(1);
    expect(promoted(aliases, 'live', 1, reason)).toBe(aliases);
  });

  test('back goes to the version before, and again to the one before that', () => {
    const once = rolledBack(promotions(1, 2, 3), 'live', reason);
    expect(once?.aliases.live).toBe(2);
    const twice = rolledBack(once!, 'live', reason);
    expect(twice?.aliases.live).toBe(1);
    expect(rolledBack(twice!, 'live', reason)).toBeUndefined();
    expect(twice?.history[0]).toMatchObject({ kind: 'rollback', from: 2, to: 1 });
  });

  test('back from an older version that was promoted again goes to the newer one', () => {
    expect(versionBefore(promotions(1, 2, 1), 'live')).toBe(2);
  });

  test('back after a rollback and a promotion skips what was rolled back', () => {
    const back = rolledBack(promotions(1, 2), 'live', reason)!;
    expect(versionBefore(promoted(back, 'live', 3, reason), 'live')).toBe(1);
  });

  test('of one alias leaves the others as they are', () => {
    const aliases = promoted(promotions(1, 2), 'canary', 5, reason);
    expect(rolledBack(aliases, 'live', reason)?.aliases).toEqual({ live: 1, canary: 5 });
    expect(rolledBack(aliases, 'canary', reason)).toBeUndefined();
  });

  test('keeps the newest moves only, and still knows the way back', () => {
    const aliases = promotions(...Array.from({ length: limits.aliasHistoryMax + 50 }, (_, i) => i + 1));
    expect(aliases.history).toHaveLength(limits.aliasHistoryMax);
    expect(versionBefore(aliases, 'live')).toBe(limits.aliasHistoryMax + 49);
  });
});
