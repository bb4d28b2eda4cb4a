import { PartitionKeyBuilder } from '@azure/cosmos';
import { expect, test } from 'vitest';
import { query, refusal, useCosmos } from './cosmos-fixture.ts';

const cosmos = useCosmos();

test.each([
  ['a string', 'x'],
  ['an empty string', ''],
  ['a number', 7],
  ['a fraction', 0.1],
  ['a boolean', false],
  ['null', null],
])('%s is a key', async (_, key) => {
  const container = await cosmos.newContainer();
  await container.items.create({ id: '1', key });
  expect((await container.item('1', key).read()).resource.key).toBe(key);
  expect((await container.item('1', key).delete()).statusCode).toBe(204);
});

test('a number and the string of its digits are two keys', async () => {
  const container = await cosmos.newContainer();
  await container.items.create({ id: '1', key: 7 });
  await container.items.create({ id: '1', key: '7' });
  expect(await query(container, 'SELECT VALUE c.key FROM c', { partitionKey: 7 })).toEqual([7]);
});

test('a document without the key belongs to the key undefined', async () => {
  const container = await cosmos.newContainer();
  await container.items.create({ id: 'm' });
  expect((await container.item('m', undefined).read()).resource.id).toBe('m');
});

test('a nested path leads to the key', async () => {
  const container = await cosmos.newContainer({ partitionKey: { paths: ['/device/id'] } });
  await container.items.create({ id: '1', device: { id: 'x' } });
  expect((await container.item('1', 'x').read()).statusCode).toBe(200);
});

test('a key that is no primitive value is refused', async () => {
  const container = await cosmos.newContainer();
  await refusal(container.items.create({ id: '1', key: { nested: true } }), 400);
});

test('a batch whose document belongs to another key is refused with the substatus of the service', async () => {
  const container = await cosmos.newContainer();
  const { result } = await container.items.batch(
    [{ operationType: 'Create', resourceBody: { id: '1', key: 'b' } }],
    'a',
  );
  expect(result).toMatchObject([{ statusCode: 400, subStatusCode: 1001 }]);
});

test('a hierarchical key keeps documents apart by all its values', async () => {
  const container = await cosmos.newContainer({
    partitionKey: { paths: ['/tenant', '/device'], kind: 'MultiHash' as never, version: 2 },
  });
  const key = (...values: string[]) =>
    values.reduce((builder, value) => builder.addValue(value), new PartitionKeyBuilder()).build();
  await container.items.create({ id: '1', tenant: 't1', device: 'd1' });
  await container.items.create({ id: '1', tenant: 't1', device: 'd2' });
  await container.items.create({ id: '1', tenant: 't10', device: 'd1' });
  expect((await container.item('1', key('t1', 'd2')).read()).resource.device).toBe('d2');
  const devices = 'SELECT VALUE c.device FROM c';
  expect(await query(container, devices, { partitionKey: key('t1', 'd1') })).toEqual(['d1']);
  expect(await query(container, devices, { partitionKey: key('t1') })).toEqual(['d1', 'd2']);
});
