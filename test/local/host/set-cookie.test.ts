import { expect, test } from 'vitest';
import { toSetCookie } from '../../../local/host/http/set-cookie.ts';

test('a bare cookie has a path and an escaped value', () => {
  expect(toSetCookie({ name: 'a', value: 'x y;' })).toBe('a=x%20y%3B; path=/');
});

test('every attribute that the app sets is written', () => {
  const cookie = {
    name: 'a',
    value: '1',
    domain: { value: 'example.org' },
    path: { value: '/score' },
    expires: { value: { seconds: 0 } },
    secure: { value: true },
    httpOnly: { value: true },
    sameSite: 'explicitNone',
    maxAge: { value: 60.9 },
  } as const;
  expect(toSetCookie(cookie)).toBe(
    'a=1; expires=Thu, 01 Jan 1970 00:00:00 GMT; max-age=60; domain=example.org; path=/score; secure; samesite=none; httponly',
  );
});
