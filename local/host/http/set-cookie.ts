import type { HttpCookie } from '../worker/typed-data.ts';

const sameSiteNames = { lax: 'lax', strict: 'strict', explicitNone: 'none', none: undefined } as const;

/** Writes the header for a cookie as ASP.NET does: the value escaped, the path `/` unless the app names one. */
export function toSetCookie(cookie: HttpCookie): string {
  const sameSite = sameSiteNames[cookie.sameSite ?? 'none'];
  const expires = cookie.expires && new Date(cookie.expires.value.seconds * 1000).toUTCString();
  const attributes = [
    `${cookie.name}=${encodeURIComponent(cookie.value)}`,
    expires && `expires=${expires}`,
    cookie.maxAge && `max-age=${Math.floor(cookie.maxAge.value)}`,
    cookie.domain && `domain=${cookie.domain.value}`,
    `path=${cookie.path?.value ?? '/'}`,
    cookie.secure?.value && 'secure',
    sameSite && `samesite=${sameSite}`,
    cookie.httpOnly?.value && 'httponly',
  ];
  return attributes.filter(Boolean).join('; ');
}
