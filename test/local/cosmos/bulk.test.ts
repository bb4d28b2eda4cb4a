import { BulkOperationType, type Container, type OperationInput } from '@azure/cosmos';
import { beforeAll, describe, expect, test } from 'vitest';
import { query, useCosmos } from './cosmos-fixture.ts';

const cosmos = useCosmos();
let container: Container;
beforeAll(async () => {
  container = await cosmos.newContainer();
});

const upserts = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, place) => ({
    operationType: BulkOperationType.Upsert,
    partitionKey: `${prefix}${place % 5}`,
    resourceBody: { id: `${place}`, key: `${prefix}${place % 5}` },
  }));

describe('executeBulkOperations', () => {
  test('writes to many keys at once', async () => {
    const results = await container.items.executeBulkOperations(upserts('many', 250));
    expect(results.map(({ response }) => response?.statusCode)).toEqual(new Array(250).fill(201));
    expect(await query(container, 'SELECT VALUE COUNT(1) FROM c WHERE STARTSWITH(c.key, "many")')).toEqual([250]);
  });

  test('each operation stands for itself', async () => {
    await container.items.bulk(upserts('mixed', 5) as OperationInput[]);
    const results = await container.items.executeBulkOperations([
      { operationType: 'Create', partitionKey: 'mixed0', resourceBody: { id: '0', key: 'mixed0' } },
      { operationType: 'Read', partitionKey: 'mixed1', id: '1' },
      {
        operationType: 'Patch',
        partitionKey: 'mixed2',
        id: '2',
        resourceBody: { operations: [{ op: 'set', path: '/x', value: 1 }] },
      },
      { operationType: 'Delete', partitionKey: 'mixed3', id: '3' },
      { operationType: 'Delete', partitionKey: 'mixed4', id: 'nothing' },
    ]);
    expect(results.map(({ response, error }) => response?.statusCode ?? error?.code)).toEqual([
      409, 200, 200, 204, 404,
    ]);
    expect((await container.item('2', 'mixed2').read()).resource.x).toBe(1);
  });
});

describe('items.bulk', () => {
  test('writes up to 100 operations in a request', async () => {
    const results = await container.items.bulk(upserts('bulk', 20) as OperationInput[]);
    expect(results.map(({ statusCode }) => statusCode)).toEqual(new Array(20).fill(201));
  });

  test('with continueOnError false what follows a failure is not done', async () => {
    const operations: OperationInput[] = ['a', 'nothing', 'b'].map((id) =>
      id === 'nothing'
        ? { operationType: 'Delete', partitionKey: 'stop', id }
        : { operationType: 'Create', partitionKey: 'stop', resourceBody: { id, key: 'stop' } },
    );
    const results = await container.items.bulk(operations, { continueOnError: false });
    expect(results.map(({ statusCode }) => statusCode)).toEqual([201, 404, 424]);
    expect((await container.item('b', 'stop').read()).statusCode).toBe(404);
  });
});
