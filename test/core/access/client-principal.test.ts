import { expect, test } from 'vitest';
import { callerOfPrincipal } from '../../../src/core/access/client-principal.ts';

const header = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const claims = (...roles: string[]) => roles.map((val) => ({ typ: 'roles', val }));

test('roles are rights; other roles and claims are none', () => {
  const principal = { auth_typ: 'aad', role_typ: 'roles', claims: claims('Sluice.Score', 'Other.Admin') };
  expect(callerOfPrincipal(header(principal))).toEqual({ rights: ['score'] });
  const name = { claims: [{ typ: 'name', val: 'Sluice.Admin' }] };
  expect(callerOfPrincipal(header(name))).toEqual({ rights: [] });
});

test('the claim of roles may have the name that the principal says', () => {
  const principal = { role_typ: 'r', claims: [{ typ: 'r', val: 'Sluice.Admin' }, ...claims('Sluice.Metadata')] };
  expect(callerOfPrincipal(header(principal))).toEqual({ rights: ['metadata', 'admin'] });
});

test.each(['', 'not base64 of JSON', header(null), header([]), header({ claims: 'Sluice.Admin' })])(
  '%j is no principal',
  (text) => {
    expect(callerOfPrincipal(text)).toBeUndefined();
  },
);

test('claims of odd shapes are passed over', () => {
  expect(callerOfPrincipal(header({ claims: [null, 1, { typ: 'roles' }] }))).toEqual({ rights: [] });
});
