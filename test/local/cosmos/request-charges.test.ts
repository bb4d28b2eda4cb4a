import type { Container, OperationInput } from '@azure/cosmos';
import { beforeAll, describe, expect, test } from 'vitest';
import { useCosmos } from './cosmos-fixture.ts';

const cosmos = useCosmos();
let container: Container;
beforeAll(async () => {
  container = await cosmos.newContainer();
});

/** A document of about so many KB, the service's own properties included. */
const document = (id: string, kb: number) => ({ id, key: 'a', text: 'x'.repeat(kb * 1024 - 300) });

describe('a point operation costs by the size of its document', () => {
  test.each([
    [1, 1, 5],
    [10, 1.8, 9.1],
    [100, 10, 50],
  ])('%i KB: about %d RU to read and %d to write', async (kb, read, write) => {
    const { requestCharge, item } = await container.items.create(document(`size${kb}`, kb));
    expect(requestCharge / write).toBeCloseTo(1, 1);
    expect((await item.read()).requestCharge / read).toBeCloseTo(1, 1);
    expect((await item.replace(document(item.id, kb))).requestCharge / write).toBeCloseTo(1, 1);
    expect((await item.delete()).requestCharge / write).toBeCloseTo(1, 1);
  });
});

test('each item of a batch and of a bulk request has its own charge', async () => {
  const create = (id: string, kb: number): OperationInput => ({
    operationType: 'Create',
    partitionKey: 'a',
    resourceBody: document(id, kb),
  });
  const charges = [5, 50].map((charge) => ({ requestCharge: expect.closeTo(charge, -1) }));
  const batch = await container.items.batch([create('b1', 1), create('b100', 100)], 'a');
  expect(batch.result).toMatchObject(charges);
  expect(Number(batch.headers['x-ms-request-charge'])).toBeCloseTo(55, -1);
  expect([...(await container.items.bulk([create('k1', 1), create('k100', 100)]))]).toMatchObject(charges);
});

test('a refused operation costs 1 RU, the rest of its batch nothing', async () => {
  const remove = (id: string): OperationInput => ({ operationType: 'Delete', id });
  const { result } = await container.items.batch([remove('nothing'), remove('nothing')], 'a');
  expect(result?.map(({ requestCharge }) => requestCharge)).toEqual([1, 0]);
});

test('a query costs more the more it returns and the more it looks at', async () => {
  const many = await cosmos.newContainer();
  const fill = Array.from({ length: 100 }, (_, rank): OperationInput => {
    return { operationType: 'Create', resourceBody: { ...document(`${rank}`, 1), rank } };
  });
  await many.items.batch(fill, 'a');
  const chargeOf = async (text: string) => (await many.items.query(text).fetchAll()).requestCharge;
  const [nothing, looksAtAll, one, all] = [
    await chargeOf('SELECT TOP 0 * FROM c'),
    await chargeOf('SELECT * FROM c WHERE c.rank = -1'),
    await chargeOf('SELECT * FROM c WHERE c.rank = 7'),
    await chargeOf('SELECT * FROM c'),
  ];
  expect([nothing, looksAtAll, one, all]).toEqual([nothing, looksAtAll, one, all].toSorted((a, b) => a - b));
  expect(nothing).toBeCloseTo(2.3);
  expect(one).toBeGreaterThan(looksAtAll);
  expect(all).toBeGreaterThan(40);
});
