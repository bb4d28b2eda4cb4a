import { CosmosClient } from '@azure/cosmos';
import { describe, expect, test } from 'vitest';
import { refusal, useCosmos } from './cosmos-fixture.ts';
import { signatureHeaders, signedRequest } from './signed-request.ts';

const cosmos = useCosmos();
const otherKey = Buffer.from('another key').toString('base64');

test('the client with a wrong key is refused with 401', async () => {
  const client = new CosmosClient({
    endpoint: cosmos.server.endpoint,
    key: otherKey,
    connectionPolicy: { enableEndpointDiscovery: false },
  });
  await refusal(client.database('shop').read(), 401);
  await refusal(client.databases.create({ id: 'stolen' }), 401);
  client.dispose();
  await refusal(cosmos.client.database('stolen').read(), 404);
});

describe('a request is refused with 401 when', () => {
  test('it is not signed', async () => {
    const response = await fetch(`${cosmos.server.endpoint}dbs/shop`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'Unauthorized' });
  });

  test('its signature is that of another resource, verb or date', async () => {
    const path = 'dbs/shop';
    for (const headers of [{ 'x-ms-date': 'Thu, 01 Jan 1970 00:00:00 GMT' }, { authorization: 'type%3Dmaster' }]) {
      expect((await signedRequest(cosmos.server, { path, headers })).status).toBe(401);
    }
    const headers = signatureHeaders(cosmos.server, { path });
    expect((await fetch(`${cosmos.server.endpoint}dbs`, { headers })).status).toBe(401);
    expect((await fetch(`${cosmos.server.endpoint}${path}`, { headers, method: 'DELETE' })).status).toBe(401);
    expect((await fetch(`${cosmos.server.endpoint}${path}`, { headers })).status).toBe(200);
  });

  test('its authorization cannot be decoded', async () => {
    const headers = { authorization: '%E0%A4%A' };
    expect((await signedRequest(cosmos.server, { path: 'dbs/shop', headers })).status).toBe(401);
  });
});
