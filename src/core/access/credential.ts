import type { HttpCall } from '../protocols/http-message.ts';
import { isKeyText } from './key-secret.ts';

/**
 * The key that a call carries, in any of the places where clients put one: `Authorization: Bearer`, `x-functions-key`,
 * `?code=`. What does not have the form of a key, such as a token of Entra, is none.
 */
export function keyOfCall({ header, query }: Pick<HttpCall, 'header' | 'query'>): string | undefined {
  const bearer = /^bearer +(\S+) *$/i.exec(header('authorization') ?? '')?.[1];
  const code = query.includes('code=') ? new URLSearchParams(query).get('code') : undefined;
  return (
    [bearer, header('x-functions-key'), code].find((text) => typeof text === 'string' && isKeyText(text)) ?? undefined
  );
}
