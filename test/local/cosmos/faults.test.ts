import { type Container, CosmosClient, type OperationInput } from '@azure/cosmos';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startCosmosServer } from '../../../local/cosmos/cosmos-server.ts';
import { checkFaultPlan, type FaultRule, noFaults } from '../../../local/faults/fault-plan.ts';
import { query, refusal, useCosmos } from './cosmos-fixture.ts';
import { signatureHeaders } from './signed-request.ts';

const cosmos = useCosmos();
/** A client that tries nothing twice: what the server did is what the caller sees. */
let once: CosmosClient;
let container: Container;
beforeAll(() => {
  once = new CosmosClient({
    connectionString: cosmos.server.connectionString,
    connectionPolicy: { enableEndpointDiscovery: false, retryOptions: { maxRetryAttemptCount: 0 } },
  });
});
beforeEach(async () => {
  const { id } = await cosmos.newContainer();
  container = once.database('shop').container(id);
  await container.read();
});
afterEach(() => cosmos.server.faults.use(noFaults));

const wrong = (...rules: Omit<FaultRule, 'service'>[]) =>
  cosmos.server.faults.use(
    checkFaultPlan({ seed: 1, rules: rules.map((rule) => ({ service: 'cosmos' as const, ...rule })) }),
  );

const create = (id = '1') => container.items.create({ id, key: 'a' });
const stored = () => query(container, 'SELECT VALUE c.id FROM c');
const creates = (count: number, key = 'a'): OperationInput[] =>
  Array.from({ length: count }, (_, i) => ({
    operationType: 'Create',
    partitionKey: key,
    resourceBody: { id: `${i}`, key },
  }));

test('429 says when to come back, and nothing is done', async () => {
  wrong({ fault: { kind: 'throttle', retryAfterMs: [25, 25] }, times: 1 });
  const error = (await refusal(create(), 429)) as Error & { substatus?: number; retryAfterInMs?: number };
  expect([error.substatus, error.retryAfterInMs]).toEqual([3200, 25]);
  expect(await stored()).toEqual([]);
});

test('a client with patience comes through 429', async () => {
  wrong({ fault: { kind: 'throttle', retryAfterMs: [1, 5] }, times: 3 });
  const { statusCode } = await cosmos.database.container(container.id).items.create({ id: '1', key: 'a' });
  expect(statusCode).toBe(201);
  expect(cosmos.server.faults.counts).toEqual([{ kind: 'throttle', fitting: 3, struck: 3 }]);
});

test.each([408, 410, 449, 503])('status %i, with nothing done', async (status) => {
  wrong({ fault: { kind: 'status', status }, on: 'writes' });
  await refusal(create(), status);
  expect(await stored()).toEqual([]);
});

test('a full partition is 403 with its substatus, for writes alone', async () => {
  await create('0');
  wrong({ fault: { kind: 'partition-full' } });
  expect(await refusal(create(), 403)).toMatchObject({ substatus: 1014 });
  expect((await container.item('0', 'a').read()).statusCode).toBe(200);
});

/** The bare answer: the client would repeat what it does not understand. */
const rawCreate = (id: string) => {
  const path = `dbs/shop/colls/${container.id}/docs`;
  return fetch(`${cosmos.server.endpoint}${path}`, {
    method: 'POST',
    headers: {
      ...signatureHeaders(cosmos.server, { method: 'POST', path }),
      'x-ms-documentdb-partitionkey': '["a"]',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ id, key: 'a' }),
  });
};

describe('a connection that is cut', () => {
  test.each<[FaultRule['fault']['kind'], boolean]>([
    ['reset', false],
    ['lost-answer', true],
    ['truncate', true],
  ])('%s: done is %s', async (kind, isDone) => {
    wrong({ fault: { kind } as FaultRule['fault'], on: 'writes' });
    await expect(rawCreate('1').then((response) => response.text())).rejects.toThrow();
    expect(await stored()).toEqual(isDone ? ['1'] : []);
  });

  test('a truncated answer promises more than comes', async () => {
    wrong({ fault: { kind: 'truncate' } });
    const response = await rawCreate('1');
    expect([response.status, Number(response.headers.get('content-length')) > 50]).toEqual([201, true]);
    await expect(response.text()).rejects.toThrow();
  });
});

test('a slow answer comes, late', async () => {
  wrong({ fault: { kind: 'slow', delayMs: [300, 300] }, times: 1 });
  const started = performance.now();
  expect((await create()).statusCode).toBe(201);
  expect(performance.now() - started).toBeGreaterThanOrEqual(299);
});

describe('207', () => {
  test('of a bulk request a random half is done, and each item says so', async () => {
    wrong({ fault: { kind: 'some-items' } });
    const items = await container.items.bulk(creates(100));
    const failed = items.filter(({ statusCode }) => statusCode !== 201);
    expect(failed.length).toBeGreaterThan(30);
    expect(failed.length).toBeLessThan(70);
    for (const { statusCode } of failed) expect([408, 429, 449]).toContain(statusCode);
    const done = items.flatMap(({ statusCode }, i) => (statusCode === 201 ? [String(i)] : []));
    expect((await stored()).toSorted()).toEqual(done.toSorted());
  });

  test('of a transactional batch one operation fails, and with it all', async () => {
    wrong({ fault: { kind: 'some-items' } });
    const { code, result = [] } = await container.items.batch(creates(10), 'a');
    expect(code).toBe(207);
    const statuses = result.map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status !== 424)).toHaveLength(1);
    expect(await stored()).toEqual([]);
  });
});

test('only requests about documents are struck', async () => {
  wrong({ fault: { kind: 'status', status: 503 } });
  expect((await container.read()).statusCode).toBe(200);
  expect((await once.getDatabaseAccount()).resource).toBeDefined();
});

test.each(['cut', 'refuse'] as const)('dark (%s): afterwards all is as before', async (how) => {
  await create('before');
  const started = performance.now();
  await cosmos.server.outage.begin(400, how);
  await expect(fetch(cosmos.server.endpoint)).rejects.toMatchObject({
    cause: { code: how === 'cut' ? 'UND_ERR_SOCKET' : 'ECONNREFUSED' },
  });
  const isLight = () =>
    create('after').then(
      () => true,
      () => false,
    );
  await expect.poll(isLight, { timeout: 5_000, interval: 20 }).toBe(true);
  expect(performance.now() - started).toBeGreaterThanOrEqual(399);
  expect((await stored()).toSorted()).toEqual(['after', 'before']);
});

test('a server that is dark can be closed', async () => {
  const server = await startCosmosServer();
  await server.outage.begin(60_000, 'refuse');
  await server.close();
  await expect(fetch(server.endpoint)).rejects.toThrow();
});

test('requests and what they cost are counted, and how many waited at once', async () => {
  wrong({ fault: { kind: 'slow', delayMs: [100, 100] }, on: 'writes' });
  cosmos.server.traffic.reset();
  await Promise.all(['1', '2', '3'].map(create));
  await container.item('1', 'a').read();
  const { reads, writes, underWayMax, charge } = cosmos.server.traffic.counts;
  expect({ reads, writes, underWayMax, charge }).toEqual({ reads: 1, writes: 3, underWayMax: 3, charge: 16 });
  expect(cosmos.server.documentCounts()[`shop/${container.id}`]).toBe(3);
});
