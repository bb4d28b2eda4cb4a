import type { Container } from '@azure/cosmos';
import { beforeEach, test } from 'vitest';
import { refusal, useCosmos } from './cosmos-fixture.ts';

const cosmos = useCosmos();
let container: Container;
beforeEach(async () => {
  container = await cosmos.newContainer({ uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/mail', '/site/name'] }] } });
  await container.items.create({ id: '1', key: 'x', mail: 'm', site: { name: 's' } });
});

test('two documents of a partition cannot share a value, of two partitions they can', async () => {
  const twin = { id: '2', mail: 'm', site: { name: 's' } };
  await refusal(container.items.create({ ...twin, key: 'x' }), 409);
  await refusal(container.items.upsert({ ...twin, key: 'x' }), 409);
  await container.items.create({ ...twin, key: 'y' });
});

test('a value is more than one path: differing in one of them is enough', async () => {
  await container.items.create({ id: '2', key: 'x', mail: 'm', site: { name: 'other' } });
});

test('a missing value counts as null, so only one document may lack it', async () => {
  await container.items.create({ id: '2', key: 'x' });
  await refusal(container.items.create({ id: '3', key: 'x', mail: null }), 409);
});

test('a document keeps its own value, and gives it up when it changes or goes', async () => {
  const twin = { id: '2', key: 'x', mail: 'm', site: { name: 's' } };
  await container.items.upsert({ id: '1', key: 'x', mail: 'm', site: { name: 's' }, changed: true });
  await container.item('1', 'x').patch([{ op: 'set', path: '/mail', value: 'n' }]);
  await container.items.create(twin);
  await refusal(container.item('1', 'x').patch([{ op: 'set', path: '/mail', value: 'm' }]), 409);
  await container.item('2', 'x').delete();
  await container.item('1', 'x').patch([{ op: 'set', path: '/mail', value: 'm' }]);
});
