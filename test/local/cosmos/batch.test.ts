import type { Container, OperationInput, OperationType } from '@azure/cosmos';
import { beforeEach, describe, expect, test } from 'vitest';
import { contentOf, query, useCosmos } from './cosmos-fixture.ts';

const cosmos = useCosmos();
let container: Container;
beforeEach(async () => {
  container = await cosmos.newContainer();
});

const create = (id: string, more: object = {}): OperationInput => ({
  operationType: 'Create',
  resourceBody: { id, key: 'a', ...more },
});

async function statusesOf(operations: OperationInput[]): Promise<[number | undefined, number[] | undefined]> {
  const { code, result } = await container.items.batch(operations, 'a');
  return [code, result?.map(({ statusCode }) => statusCode)];
}

test('operations of all kinds in one batch', async () => {
  const { code, result } = await container.items.batch(
    [
      create('1'),
      { operationType: 'Upsert', resourceBody: { id: '2', key: 'a' } },
      { operationType: 'Read', id: '1' },
      { operationType: 'Patch', id: '1', resourceBody: { operations: [{ op: 'set', path: '/x', value: 1 }] } },
      { operationType: 'Replace', id: '2', resourceBody: { id: '2', key: 'a', y: 2 } },
      { operationType: 'Delete', id: '2' },
    ],
    'a',
  );
  expect(code).toBe(200);
  expect(result?.map(({ statusCode }) => statusCode)).toEqual([201, 201, 200, 200, 200, 204]);
  expect(result?.[2]).toMatchObject({ eTag: expect.any(String), resourceBody: { id: '1' } });
  expect(contentOf((await container.item('1', 'a').read()).resource)).toEqual({ id: '1', key: 'a', x: 1 });
});

describe('a batch that fails', () => {
  test('answers 207: the status of what failed, 424 for the rest', async () => {
    await container.items.create({ id: '1', key: 'a' });
    expect(await statusesOf([create('new'), create('1'), create('newer')])).toEqual([207, [424, 409, 424]]);
    expect(await query(container, 'SELECT VALUE c.id FROM c')).toEqual(['1']);
  });

  test('leaves everything as it was: documents, ETags, order, unique values', async () => {
    container = await cosmos.newContainer({ uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/mail'] }] } });
    for (const id of ['1', '2', '3']) await container.items.create({ id, key: 'a', mail: `${id}@x` });
    const before = await query(container, 'SELECT * FROM c');
    const failing = await statusesOf([
      { operationType: 'Delete', id: '1' },
      { operationType: 'Upsert', resourceBody: { id: '2', key: 'a', mail: 'new@x' } },
      { operationType: 'Upsert', resourceBody: { id: '2', key: 'a', mail: 'newer@x' } },
      create('1', { mail: 'again@x' }),
      create('4', { mail: '1@x' }),
      { operationType: 'Delete', id: 'nothing' },
    ]);
    expect(failing).toEqual([207, [424, 424, 424, 424, 424, 404]]);
    expect(await query(container, 'SELECT * FROM c')).toEqual(before);
    expect(await statusesOf([create('5', { mail: '2@x' })])).toEqual([207, [409]]);
    expect(await statusesOf([create('5', { mail: 'new@x' })])).toEqual([200, [201]]);
  });

  test('a stale ifMatch fails it', async () => {
    await container.items.create({ id: '1', key: 'a' });
    const operation: OperationInput = {
      operationType: 'Replace',
      id: '1',
      resourceBody: { id: '1', key: 'a' },
      ifMatch: '"stale"',
    };
    expect(await statusesOf([create('2'), operation])).toEqual([207, [424, 412]]);
  });
});

test('100 operations are done, 101 and 2 MB are refused', async () => {
  const many = (count: number) => Array.from({ length: count }, (_, place) => create(`${place}`));
  const [code, statuses] = await statusesOf(many(100));
  expect([code, statuses?.length]).toEqual([200, 100]);
  await expect(container.items.batch(many(101), 'a')).rejects.toThrow(/100 operations/);
  const large = [create('large1'), create('large2')].map((operation, place) => ({
    ...operation,
    resourceBody: { id: `large${place}`, key: 'a', text: 'x'.repeat(1.1 * 2 ** 20) },
  }));
  await expect(container.items.batch(large as OperationInput[], 'a')).rejects.toThrow(/too large/);
});

test('an operation of an unknown type is refused by name', async () => {
  const operation = { operationType: 'Merge' as typeof OperationType.Create, resourceBody: { id: '1', key: 'a' } };
  await expect(container.items.batch([operation as unknown as OperationInput], 'a')).rejects.toThrow(/Merge/);
});

test('with contentResponseOnWriteEnabled false writes answer without the document, reads with it', async () => {
  const { result } = await container.items.batch([create('1'), { operationType: 'Read', id: '1' }], 'a', {
    contentResponseOnWriteEnabled: false,
  });
  expect(result?.map(({ resourceBody }) => resourceBody?.id)).toEqual([undefined, '1']);
});
