import { hash, timingSafeEqual } from 'node:crypto';
import { type AccessKey, type AccessKeys, isLive } from './access-keys.ts';

/** Bytes of chance in the parts of a key. The secret is as hard to guess as its hash is to turn round. */
export const keyBytes = { id: 6, secret: 32, salt: 16 } as const;

const form = /^slk_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

/** A key as its owner gets it: `slk_<id>_<secret>`, which scanners for leaked secrets can find. */
export const keyText = (id: string, secret: Uint8Array): string =>
  `slk_${id}_${Buffer.from(secret).toString('base64url')}`;

/** Whether a text has the form of a key. */
export const isKeyText = (text: string): boolean => form.test(text);

/** What is stored of a key, in hexadecimal digits. */
export const keyHash = (salt: string, text: string): string => hash('sha256', `${salt}${text}`, 'hex');

/** Keys by id, to be found quickly. */
export type KeyRing = ReadonlyMap<string, AccessKey>;

export const keyRingOf = ({ keys }: AccessKeys): KeyRing => new Map(keys.map((key) => [key.id, key]));

/** No text has this hash: who calls with an unknown id is compared with it, and takes as long as all others. */
const nobody = { salt: '0'.repeat(2 * keyBytes.salt), hash: '0'.repeat(64) };

/**
 * The stored key that a text is, if it is good now.
 * @param text of the form of a key
 */
export function matchingKey(ring: KeyRing, text: string, nowMs: number): AccessKey | undefined {
  const key = ring.get(form.exec(text)?.[1] ?? '');
  const { salt, hash: stored } = key ?? nobody;
  const isSame = timingSafeEqual(Buffer.from(keyHash(salt, text)), Buffer.from(stored));
  return isSame && key !== undefined && isLive(key, nowMs) ? key : undefined;
}
