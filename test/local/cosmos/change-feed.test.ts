import {
  type ChangeFeedIteratorOptions,
  ChangeFeedMode,
  ChangeFeedStartFrom,
  type Container,
  StatusCodes,
} from '@azure/cosmos';
import { beforeEach, describe, expect, test } from 'vitest';
import { refusal, useCosmos } from './cosmos-fixture.ts';

const cosmos = useCosmos();
let container: Container;
beforeEach(async () => {
  container = await cosmos.newContainer();
});

async function create(...ids: string[]): Promise<void> {
  for (const id of ids) await container.items.create({ id, key: id });
}

/** Reads until there is nothing new; gives the ids and where to go on. */
async function drain(options: ChangeFeedIteratorOptions): Promise<{ ids: string[]; token: string }> {
  const ids: string[] = [];
  for await (const page of container.items.getChangeFeedIterator(options).getAsyncIterator()) {
    if (page.statusCode === StatusCodes.NotModified) return { ids, token: page.continuationToken };
    ids.push(...page.result.map(({ id }) => id));
  }
  throw new Error('the change feed has no end');
}

const beginning = { changeFeedStartFrom: ChangeFeedStartFrom.Beginning() };

test('from the beginning: each document once, in the order of last changes, over pages of any size', async () => {
  await create('1', '2', '3', '4');
  await container.item('2', '2').replace({ id: '2', key: '2', changed: true });
  await container.item('3', '3').delete();
  await create('5');
  expect((await drain(beginning)).ids).toEqual(['1', '4', '2', '5']);
  expect((await drain({ ...beginning, maxItemCount: 1 })).ids).toEqual(['1', '4', '2', '5']);
});

test('an iterator goes on with what came later', async () => {
  await create('1', '2');
  const iterator = container.items.getChangeFeedIterator(beginning);
  expect((await iterator.readNext()).count).toBe(2);
  expect((await iterator.readNext()).statusCode).toBe(StatusCodes.NotModified);
  await create('3');
  const page = await iterator.readNext();
  expect(page.result).toMatchObject([{ id: '3', _lsn: expect.any(Number) }]);
});

test('a continuation token takes another iterator to the same place', async () => {
  await create('1', '2');
  const { token } = await drain(beginning);
  await create('3');
  expect((await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Continuation(token) })).ids).toEqual(['3']);
});

test('from now: only what is written from here on', async () => {
  await create('1');
  const iterator = container.items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Now() });
  expect((await iterator.readNext()).statusCode).toBe(StatusCodes.NotModified);
  await create('2');
  expect((await iterator.readNext()).result.map(({ id }) => id)).toEqual(['2']);
});

test('from a time: nothing older, and never less than was asked for', async () => {
  await create('1');
  const at = (offsetMs: number) => ChangeFeedStartFrom.Time(new Date(Date.now() + offsetMs));
  expect((await drain({ changeFeedStartFrom: at(-60_000) })).ids).toEqual(['1']);
  expect((await drain({ changeFeedStartFrom: at(60_000) })).ids).toEqual([]);
});

test('of one partition key: only its documents', async () => {
  for (const id of ['1', '2', '3', '4']) await container.items.create({ id, key: Number(id) % 2 ? 'odd' : 'even' });
  const odd = { changeFeedStartFrom: ChangeFeedStartFrom.Beginning('odd') };
  expect((await drain({ ...odd, maxItemCount: 1 })).ids).toEqual(['1', '3']);
  const { token } = await drain(odd);
  await container.items.create({ id: '6', key: 'even' });
  await container.items.create({ id: '5', key: 'odd' });
  expect((await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Continuation(token) })).ids).toEqual(['5']);
});

test('of a feed range: the one range of a container holds all', async () => {
  await create('1', '2');
  const ranges = await container.getFeedRanges();
  expect(ranges).toHaveLength(1);
  expect((await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning(ranges[0]) })).ids).toEqual(['1', '2']);
});

test('a transactional batch that fails leaves no trace', async () => {
  await create('1');
  const before = await drain(beginning);
  await container.items.batch(
    [
      { operationType: 'Upsert', resourceBody: { id: '1', key: '1', changed: true } },
      { operationType: 'Delete', id: 'nothing' },
    ],
    '1',
  );
  expect((await drain(beginning)).ids).toEqual(['1']);
  expect((await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Continuation(before.token) })).ids).toEqual([]);
});

describe('what is not served says so', () => {
  test('all versions and deletes', async () => {
    const iterator = container.items.getChangeFeedIterator({
      changeFeedMode: ChangeFeedMode.AllVersionsAndDeletes,
      changeFeedStartFrom: ChangeFeedStartFrom.Now(),
    });
    expect((await refusal(iterator.readNext(), 501)).message).toContain('Full-Fidelity Feed');
  });
});
