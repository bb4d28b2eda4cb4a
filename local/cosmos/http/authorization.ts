import { createHmac, createSecretKey } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { unauthorized } from '../cosmos-error.ts';
import type { ResourceAddress } from './resource-address.ts';

/** The key that every Cosmos DB emulator has; it opens nothing but an emulator. */
export const emulatorKey = 'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==';

/** Made once: a key as bytes costs each signature five times as much. */
const signingKey = createSecretKey(emulatorKey, 'base64');

/**
 * Holds a request's signature against the account key, as the service does: HMAC-SHA256 of verb, resource type,
 * resource link and date.
 * @throws {CosmosError} when it was made with another key, for another request, or not at all
 */
export function checkAuthorization(method: string, address: ResourceAddress, headers: IncomingHttpHeaders): void {
  const token = decoded(headers.authorization ?? '');
  const date = headers['x-ms-date'] ?? headers.date;
  if (token === '' || typeof date !== 'string') {
    throw unauthorized('Required header authorization or x-ms-date is missing. Sign the request with the account key.');
  }
  if (token !== `type=master&ver=1.0&sig=${signature(method, address, date)}`) {
    throw unauthorized(
      'The input authorization token cannot serve the request. The wrong key is being used or the expected payload ' +
        `is not built as per the protocol. Server used the following payload to sign: '${payload(method, address, date)}'`,
    );
  }
}

/** A token is sent encoded for URLs; one that is malformed matches nothing. */
function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

function signature(method: string, address: ResourceAddress, date: string): string {
  return createHmac('sha256', signingKey)
    .update(payload(method, address, date))
    .digest('base64');
}

/** Only the link keeps its case, and an offer's not even there. */
function payload(method: string, { resourceType, resourceLink }: ResourceAddress, date: string): string {
  const link = resourceType === 'offers' ? resourceLink.toLowerCase() : resourceLink;
  return `${method.toLowerCase()}\n${resourceType.toLowerCase()}\n${link}\n${date.toLowerCase()}\n\n`;
}
