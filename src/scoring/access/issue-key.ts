import { randomBytes } from 'node:crypto';
import { type AccessKey, withKey } from '../../core/access/access-keys.ts';
import { keyBytes, keyHash, keyText } from '../../core/access/key-secret.ts';
import type { KeyStore } from './key-store.ts';

/** What a new key is for. */
export type KeyGrant = Pick<AccessKey, 'name' | 'rights' | 'models' | 'expiresAt'>;

/** A new key. `text` is what its owner calls with; it is stored nowhere. */
export interface IssuedKey {
  readonly key: AccessKey;
  readonly text: string;
}

/** Makes a key and stores its hash. @returns undefined when its name has as many live keys as it may have */
export async function issueKey(store: KeyStore, grant: KeyGrant, nowMs = Date.now()): Promise<IssuedKey | undefined> {
  const id = randomBytes(keyBytes.id).toString('hex');
  const text = keyText(id, randomBytes(keyBytes.secret));
  const salt = randomBytes(keyBytes.salt).toString('hex');
  const { name, rights, models, expiresAt } = grant;
  const key: AccessKey = {
    id,
    name,
    rights,
    ...(models && { models }),
    salt,
    hash: keyHash(salt, text),
    createdAt: new Date(nowMs).toISOString(),
    ...(expiresAt && { expiresAt }),
  };
  let isAdded = false;
  await store.change((current) => {
    const next = withKey(current, key, nowMs);
    isAdded = next !== undefined;
    return next ?? current;
  });
  return isAdded ? { key, text } : undefined;
}
