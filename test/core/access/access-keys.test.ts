import { describe, expect, test } from 'vitest';
import {
  type AccessKey,
  accessKeysText,
  noKeys,
  parseAccessKeys,
  withKey,
  withoutKey,
} from '../../../src/core/access/access-keys.ts';
import { keyHash, keyRingOf, keyText, matchingKey } from '../../../src/core/access/key-secret.ts';

const nowMs = Date.parse('2026-11-21T00:00:00Z');
const secretOf = (fill: number) => new Uint8Array(32).fill(fill);

function key(fill: number, changes: Partial<AccessKey> = {}): { key: AccessKey; text: string } {
  const id = fill.toString(16).padStart(12, '0');
  const salt = fill.toString(16).padStart(32, '0');
  const text = keyText(id, secretOf(fill));
  const stored = { id, name: 'line-7', rights: ['score' as const], salt, hash: keyHash(salt, text) };
  return { key: { ...stored, createdAt: new Date(nowMs).toISOString(), ...changes }, text };
}

const added = (...keys: AccessKey[]) =>
  keys.reduce<ReturnType<typeof withKey>>((current, each) => current && withKey(current, each, nowMs), noKeys);

describe('a key is good', () => {
  const [mine, other] = [key(1), key(2)];
  const ring = keyRingOf(added(mine.key, other.key)!);

  test('as it was issued', () => {
    expect(mine.text).toMatch(/^slk_[0-9a-f]{12}_[\w-]{43}$/);
    expect(matchingKey(ring, mine.text, nowMs)).toBe(mine.key);
  });

  test.each([
    ['with another secret', keyText(mine.key.id, secretOf(2))],
    ['with an id that nobody has', keyText('ffffffffffff', secretOf(1))],
    ['with one letter of another case', mine.text.replace('A', 'a')],
    ['with its stored hash for a secret', `slk_${mine.key.id}_${mine.key.hash}`],
    ['with nothing', ''],
  ])('not %s', (_, text) => {
    expect(matchingKey(ring, text, nowMs)).toBeUndefined();
  });

  test('until it expires, and not from then on', () => {
    const { key: expiring, text } = key(3, { expiresAt: '2026-11-22T00:00:00Z' });
    const until = keyRingOf(added(expiring)!);
    const end = Date.parse('2026-11-22T00:00:00Z');
    expect(matchingKey(until, text, end - 1)).toBe(expiring);
    expect(matchingKey(until, text, end)).toBeUndefined();
  });
});

test('of one name two are live at a time; a third is refused until one is revoked or has expired', () => {
  const two = added(key(1).key, key(2, { expiresAt: '2026-11-22T00:00:00Z' }).key)!;
  expect(withKey(two, key(3).key, nowMs)).toBeUndefined();
  expect(withKey(two, key(3, { name: 'line-8' }).key, nowMs)?.keys).toHaveLength(3);
  expect(withKey(withoutKey(two, key(1).key.id), key(3).key, nowMs)?.keys.map(({ id }) => Number(id))).toEqual([2, 3]);
  const dayAfter = withKey(two, key(3).key, Date.parse('2026-11-23T00:00:00Z'));
  expect(dayAfter?.keys.map(({ id }) => Number(id))).toEqual([1, 3]);
});

test('revoking what is not there changes nothing', () => {
  const one = added(key(1).key)!;
  expect(withoutKey(one, 'ffffffffffff')).toBe(one);
});

test('the file is read as it is written, and holds no key', () => {
  const { key: stored, text } = key(1);
  const written = accessKeysText(added(stored)!);
  expect(parseAccessKeys(JSON.parse(written))).toEqual({ format: 1, keys: [stored] });
  expect(written).not.toContain(text.split('_')[2]);
});

test.each([
  [{ format: 1 }, '/keys'],
  [{ format: 1, keys: [{ ...key(1).key, rights: ['everything'] }] }, '/keys/0/rights/0'],
  [{ format: 1, keys: [{ ...key(1).key, hash: 'abc' }] }, '/keys/0/hash'],
  [{ format: 1, keys: [{ ...key(1).key, models: [] }] }, '/keys/0/models'],
  [{ format: 1, keys: [{ ...key(1).key, expiresAt: 'soon' }] }, '/keys/0/expiresAt'],
])('a file that is wrong is told by its place: %#', (root, path) => {
  expect(parseAccessKeys(root)).toMatchObject([{ code: 'access.invalid', path }]);
});
