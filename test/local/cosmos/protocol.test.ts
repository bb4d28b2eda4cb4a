import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { startCosmosServer } from '../../../local/cosmos/cosmos-server.ts';
import { useCosmos } from './cosmos-fixture.ts';
import { type SignedRequest, signedRequest } from './signed-request.ts';

const cosmos = useCosmos();
const send = (request: SignedRequest) => signedRequest(cosmos.server, request);

/** Sends bytes as they are and gives the first of the answer. */
function sendBytes(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(cosmos.server.port, '127.0.0.1', () => socket.write(bytes));
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

async function isAlive(): Promise<void> {
  expect((await send({ path: 'dbs/shop' })).status).toBe(200);
}

describe('what is not served is named', () => {
  test.each([
    ['POST', 'dbs/shop/colls/c/sprocs'],
    ['POST', 'dbs/shop/colls/c/triggers'],
    ['GET', 'dbs/shop/users'],
    ['POST', 'dbs/shop/colls/c/operations/partitionkeydelete'],
    ['POST', 'dbs/shop/colls/c/docs/1'],
    ['GET', 'constructor'],
  ])('%s %s', async (method, path) => {
    const response = await send({ method, path, ...(method === 'POST' && { body: '{}' }) });
    expect(response.status).toBe(501);
    const { code, message } = (await response.json()) as { code: string; message: string };
    expect(code).toBe('NotServed');
    expect(message).toContain(`${method} /`);
  });
});

describe('malformed requests are refused, and the server lives on', () => {
  test.each<[string, SignedRequest]>([
    ['no JSON', { method: 'POST', path: 'dbs', body: '{"id":' }],
    ['no body', { method: 'POST', path: 'dbs' }],
    ['a list in place of an object', { method: 'POST', path: 'dbs', body: '[]' }],
    ['null', { method: 'POST', path: 'dbs', body: 'null' }],
    ['an id that is no text', { method: 'POST', path: 'dbs', body: '{"id":1}' }],
  ])('%s', async (_, request) => {
    const response = await send(request);
    expect(response.status).toBe(400);
    expect(response.headers.get('x-ms-request-charge')).toBe('1');
    await isAlive();
  });

  describe('on documents:', () => {
    const headers = { 'x-ms-documentdb-partitionkey': '["a"]' };
    const isQuery = { 'x-ms-documentdb-isquery': 'true' };
    const isBatch = { 'x-ms-cosmos-is-batch-request': 'true', 'x-ms-cosmos-batch-atomic': 'true' };
    test.each<[string, Partial<SignedRequest>]>([
      ['no partition key', { headers: {} }],
      ['a partition key that is no JSON', { headers: { 'x-ms-documentdb-partitionkey': 'a' } }],
      ['a partition key that is no list', { headers: { 'x-ms-documentdb-partitionkey': '"a"' } }],
      ['an empty partition key', { headers: { 'x-ms-documentdb-partitionkey': '[]' } }],
      ['a partition key with too many values', { headers: { 'x-ms-documentdb-partitionkey': '["a","b"]' } }],
      ['a document that is a list', { body: '[]' }],
      ['a query that is no object', { headers: { ...headers, ...isQuery }, body: '"SELECT 1"' }],
      ['a query without text', { headers: { ...headers, ...isQuery }, body: '{"query":1}' }],
      ['parameters that are no list', { headers: { ...headers, ...isQuery }, body: '{"query":"","parameters":1}' }],
      ['a parameter without name', { headers: { ...headers, ...isQuery }, body: '{"query":"","parameters":[1]}' }],
      [
        'a page of no items',
        { headers: { ...headers, ...isQuery, 'x-ms-max-item-count': '0' }, body: '{"query":"SELECT 1"}' },
      ],
      ['a batch that is no list', { headers: { ...headers, ...isBatch }, body: '{}' }],
      ['a batch of nothing', { headers: { ...headers, ...isBatch }, body: '[]' }],
      ['a batch of null', { headers: { ...headers, ...isBatch }, body: '[null]' }],
      [
        'a change feed from nowhere',
        { method: 'GET', headers: { 'a-im': 'Incremental Feed', 'if-none-match': '"x"' } },
      ],
      [
        'a change feed from no date',
        { method: 'GET', headers: { 'a-im': 'Incremental Feed', 'if-modified-since': 'yesterday' } },
      ],
    ])('%s', async (_, request) => {
      await cosmos.database.containers.createIfNotExists({ id: 'docs', partitionKey: '/key' });
      const { body, ...rest } = { method: 'POST', headers, body: '{"id":"1","key":"a"}', ...request };
      const whole = { path: 'dbs/shop/colls/docs/docs', ...rest };
      const response = await send(rest.method === 'GET' ? whole : { ...whole, body });
      expect(response.status, await response.text()).toBe(400);
      await isAlive();
    });
  });

  test('a URL that is not properly encoded', async () => {
    expect((await fetch(`${cosmos.server.endpoint}dbs/%E0%A4%A`)).status).toBe(400);
    await isAlive();
  });

  test('bytes that are no HTTP', async () => {
    expect(await sendBytes('nonsense\r\n\r\n')).toContain('400 Bad Request');
    await isAlive();
  });

  test('a client that goes away in the middle of a request', async () => {
    const socket = connect(cosmos.server.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write('POST /dbs HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"id"');
    socket.destroy();
    await isAlive();
  });
});

describe('a request body', () => {
  test('over 2 MB is answered with 413 once it has been sent', async () => {
    const body = JSON.stringify({ id: 'x'.repeat(8 * 2 ** 20) });
    const response = await send({ method: 'POST', path: 'dbs', body });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'RequestEntityTooLarge' });
    await isAlive();
  });

  test('may hold any text', async () => {
    const container = await cosmos.newContainer();
    const text = 'ü\u0000"\\ \u{1f600} \ud800';
    await container.items.create({ id: 'ü', key: 'ä\u{1f600}', text });
    expect((await container.item('ü', 'ä\u{1f600}').read()).resource.text).toBe(text);
  });
});

test('an answer says how many items it holds', async () => {
  const response = await send({ path: 'dbs' });
  const { _count: count } = (await response.json()) as { _count: number };
  expect(response.headers.get('x-ms-item-count')).toBe(`${count}`);
});

test('a range of hashed partition keys is not served', async () => {
  await cosmos.database.containers.createIfNotExists({ id: 'docs', partitionKey: '/key' });
  const headers = { 'x-ms-start-epk': '', 'x-ms-end-epk': '1F' };
  expect((await send({ path: 'dbs/shop/colls/docs/docs', headers })).status).toBe(501);
});

describe('starting', () => {
  test('a taken port is an error that says so', async () => {
    const { port } = cosmos.server;
    await expect(startCosmosServer({ port })).rejects.toThrow(`127.0.0.1:${port}: the port is taken`);
  });

  test('a wanted port is used again right after the server ended; closing twice does no harm', async () => {
    const first = await startCosmosServer();
    await first.close();
    await first.close();
    const second = await startCosmosServer({ port: first.port });
    expect(second.endpoint).toBe(`http://127.0.0.1:${first.port}/`);
    await second.close();
  });
});
