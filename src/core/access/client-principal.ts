import { type Caller, type Right, rights } from './rights.ts';

/** Whom Easy Auth has let in; it takes this header away from whoever sends one himself. */
export const principalHeader = 'x-ms-client-principal';

/** Role of an app registration for each right. */
export const roleOf: Readonly<Record<Right, string>> = {
  score: 'Sluice.Score',
  metadata: 'Sluice.Metadata',
  admin: 'Sluice.Admin',
};

const roleClaims = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];

/**
 * Reads the principal of Easy Auth: base64 of `{"role_typ", "claims": [{"typ", "val"}]}`. Its roles are its rights.
 * @returns undefined when the header is none
 */
export function callerOfPrincipal(header: string): Caller | undefined {
  const principal = parse(header) as { role_typ?: unknown; claims?: unknown } | null | undefined;
  if (!Array.isArray(principal?.claims)) return undefined;
  const types = [...roleClaims, principal.role_typ];
  const values = (principal.claims as readonly ({ typ?: unknown; val?: unknown } | null)[])
    .filter((claim) => types.includes(claim?.typ))
    .map((claim) => claim?.val);
  return { rights: rights.filter((right) => values.includes(roleOf[right])) };
}

function parse(header: string): unknown {
  try {
    return JSON.parse(Buffer.from(header, 'base64').toString());
  } catch {
    return undefined;
  }
}
