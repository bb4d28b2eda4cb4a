import * as z from 'zod';
import type { Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import { checkDocument } from '../schema-faults.ts';
import { rights } from './rights.ts';

/** Name of the blob with the keys. */
export const keysFile = 'keys.json';

/** Of one name this many keys are good at a time: the old one serves until every caller has the new one. */
export const liveKeysMax = 2;

const keyNamePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const keyNameRule = 'lower-case letters, digits and hyphens, at most 63, the first no hyphen';

/** Whether keys may be called so. */
export const isKeyName = (name: string): boolean => keyNamePattern.test(name);

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `${2 * bytes} hex digits`);

const keySchema = z.strictObject({
  id: hex(6).describe('Stands in the key itself and in lists; no secret.'),
  name: z.string().regex(keyNamePattern, keyNameRule).describe('Who uses the key.'),
  rights: z.array(z.enum(rights)).min(1),
  models: z.array(z.string().min(1)).min(1).max(limits.accessKeyModelsMax).optional(),
  salt: hex(16),
  hash: hex(32).describe('SHA-256 of the salt and the key.'),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
});

const keysSchema = z.strictObject({
  format: z.literal(1),
  keys: z.array(keySchema).max(limits.accessKeysMax),
});

/** A key as it is stored: whoever reads it cannot call with it. */
export type AccessKey = z.infer<typeof keySchema>;
/** What `keys.json` says. */
export type AccessKeys = z.infer<typeof keysSchema>;

export const noKeys: AccessKeys = { format: 1, keys: [] };

/** Reads `keys.json`. @returns the keys, or a fault for each place that is wrong */
export const parseAccessKeys = (root: unknown): AccessKeys | Fault[] =>
  checkDocument(keysSchema, root, 'access.invalid');

/** The text of `keys.json`. */
export const accessKeysText = (keys: AccessKeys): string => `${JSON.stringify(keys, null, 2)}\n`;

/** Whether a key is good at this time, in milliseconds since 1970. */
export const isLive = ({ expiresAt }: AccessKey, nowMs: number): boolean =>
  expiresAt === undefined || nowMs < Date.parse(expiresAt);

/**
 * The keys with one more; those of its name that have expired go.
 * @returns undefined when as many of its name are live as may be, or there are as many keys as may be
 */
export function withKey({ keys }: AccessKeys, key: AccessKey, nowMs: number): AccessKeys | undefined {
  const others = keys.filter((each) => each.name !== key.name || isLive(each, nowMs));
  const live = others.filter(({ name }) => name === key.name);
  if (live.length >= liveKeysMax || others.length >= limits.accessKeysMax) return undefined;
  return { format: 1, keys: [...others, key] };
}

/** The keys without one; the same object when it is not among them. */
export function withoutKey(current: AccessKeys, id: string): AccessKeys {
  const keys = current.keys.filter((each) => each.id !== id);
  return keys.length === current.keys.length ? current : { format: 1, keys };
}
