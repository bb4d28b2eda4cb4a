import type { Container } from '@azure/cosmos';
import { ChangeFeedStartFrom, StatusCodes } from '@azure/cosmos';
import { expect, test, vi } from 'vitest';
import { query, refusal, useCosmos } from './cosmos-fixture.ts';

const cosmos = useCosmos();

const isGone = (container: Container, id: string) =>
  vi.waitFor(async () => expect((await container.item(id, 'a').read()).statusCode).toBe(404), {
    timeout: 4_000,
    interval: 50,
  });

test('a document whose lifetime is over is gone everywhere', async () => {
  const container = await cosmos.newContainer({ defaultTtl: 1 });
  await container.items.create({ id: 'default', key: 'a' });
  await container.items.create({ id: 'own', key: 'a', ttl: 100 });
  await container.items.create({ id: 'forever', key: 'a', ttl: -1 });
  await isGone(container, 'default');
  expect(await query(container, 'SELECT VALUE c.id FROM c')).toEqual(['own', 'forever']);
  await refusal(container.item('default', 'a').delete(), 404);
  const feed = container.items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning() });
  expect((await feed.readNext()).result.map(({ id }) => id)).toEqual(['own', 'forever']);
  expect((await container.items.create({ id: 'default', key: 'a' })).statusCode).toBe(201);
});

test('only documents that no point read touches: queries and the change feed leave them out too', async () => {
  const container = await cosmos.newContainer({ defaultTtl: 1 });
  await container.items.create({ id: '1', key: 'a' });
  const feed = () =>
    container.items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning() }).readNext();
  await vi.waitFor(async () => expect((await feed()).statusCode).toBe(StatusCodes.NotModified), 4_000);
  expect(await query(container, 'SELECT * FROM c')).toEqual([]);
});

test('with a default of -1 a document ends only by its own lifetime', async () => {
  const container = await cosmos.newContainer({ defaultTtl: -1 });
  await container.items.create({ id: 'own', key: 'a', ttl: 1 });
  await container.items.create({ id: 'none', key: 'a' });
  await isGone(container, 'own');
  expect((await container.item('none', 'a').read()).statusCode).toBe(200);
});

test('without a default on the container no document ends', async () => {
  const timed = await cosmos.newContainer({ defaultTtl: -1 });
  const untimed = await cosmos.newContainer();
  for (const container of [untimed, timed]) await container.items.create({ id: '1', key: 'a', ttl: 1 });
  await isGone(timed, '1');
  expect((await untimed.item('1', 'a').read()).statusCode).toBe(200);
});

test.each([[0], [-2], [1.5], ['10'], [2 ** 31]])('the lifetime %s is refused', async (ttl) => {
  const container = await cosmos.newContainer({ defaultTtl: -1 });
  await refusal(container.items.create({ id: '1', key: 'a', ttl: ttl as number }), 400);
});

test('a document that nobody reads again is taken out all the same, or it would fill the memory', async () => {
  const container = await cosmos.newContainer({ defaultTtl: 1 });
  const kept = await cosmos.newContainer();
  for (let id = 0; id < 3; id++) await container.items.create({ id: `${id}`, key: 'a' });
  await container.items.create({ id: 'forever', key: 'a', ttl: -1 });
  await kept.items.create({ id: '1', key: 'a' });
  const counts = () => cosmos.server.documentCounts();
  expect(counts()[`shop/${container.id}`]).toBe(4);
  await vi.waitFor(() => expect(counts()[`shop/${container.id}`]).toBe(1), { timeout: 5_000, interval: 50 });
  expect(counts()[`shop/${kept.id}`]).toBe(1);
});
