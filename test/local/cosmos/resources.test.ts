import { CosmosClient } from '@azure/cosmos';
import { describe, expect, test } from 'vitest';
import { refusal, useCosmos } from './cosmos-fixture.ts';

const cosmos = useCosmos();

describe('account', () => {
  test('advertises the address under which the client reached it', async () => {
    const { resource } = await cosmos.client.getDatabaseAccount();
    expect(resource?.writableLocations).toMatchObject([{ databaseAccountEndpoint: cosmos.server.endpoint }]);
  });

  test('a client that may not discover endpoints works too', async () => {
    const { endpoint, connectionString } = cosmos.server;
    const key = /AccountKey=(.+);/.exec(connectionString)![1]!;
    const client = new CosmosClient({ endpoint, key, connectionPolicy: { enableEndpointDiscovery: false } });
    expect((await client.database('shop').read()).statusCode).toBe(200);
    client.dispose();
  });
});

describe('databases', () => {
  test('createIfNotExists makes one once', async () => {
    expect((await cosmos.client.databases.createIfNotExists({ id: 'once' })).statusCode).toBe(201);
    expect((await cosmos.client.databases.createIfNotExists({ id: 'once' })).statusCode).toBe(200);
    await refusal(cosmos.client.databases.create({ id: 'once' }), 409);
  });

  test('are listed and found by query', async () => {
    await cosmos.client.databases.createIfNotExists({ id: 'listed' });
    const { resources } = await cosmos.client.databases.readAll().fetchAll();
    expect(resources.map(({ id }) => id)).toContain('listed');
    const found = await cosmos.client.databases.query('SELECT * FROM d WHERE d.id = "listed"').fetchAll();
    expect(found.resources.map(({ id }) => id)).toEqual(['listed']);
  });

  test('a deleted one is gone with its containers', async () => {
    const { database } = await cosmos.client.databases.create({ id: 'gone' });
    await database.containers.create({ id: 'inside', partitionKey: '/key' });
    await database.delete();
    await refusal(database.read(), 404);
    const { database: again } = await cosmos.client.databases.create({ id: 'gone' });
    await refusal(again.container('inside').read(), 404);
  });

  test('an id longer than 255 characters is refused', async () => {
    await refusal(cosmos.client.databases.create({ id: 'x'.repeat(256) }), 400);
  });
});

describe('containers', () => {
  test('createIfNotExists makes one once, provisioned throughput is accepted and none reported', async () => {
    const definition = { id: 'once', partitionKey: { paths: ['/key'] }, throughput: 400 };
    expect((await cosmos.database.containers.createIfNotExists(definition)).statusCode).toBe(201);
    const { statusCode, container } = await cosmos.database.containers.createIfNotExists(definition);
    expect(statusCode).toBe(200);
    expect((await container.readOffer()).resource).toBeUndefined();
  });

  test('a definition comes back with the defaults of the service', async () => {
    const container = await cosmos.newContainer({ partitionKey: { paths: ['/key'] } });
    expect((await container.read()).resource).toMatchObject({
      id: container.id,
      partitionKey: { paths: ['/key'], kind: 'Hash', version: 2 },
      indexingPolicy: { indexingMode: 'consistent', automatic: true, includedPaths: [{ path: '/*' }] },
    });
  });

  test('are listed', async () => {
    const container = await cosmos.newContainer();
    const { resources } = await cosmos.database.containers.readAll().fetchAll();
    expect(resources.map(({ id }) => id)).toContain(container.id);
  });

  test('replace changes lifetime and index, not the key', async () => {
    const container = await cosmos.newContainer();
    const { resource } = await container.read();
    await container.replace({ ...resource!, id: container.id, defaultTtl: 60 });
    expect((await container.read()).resource).toMatchObject({ defaultTtl: 60 });
    await refusal(container.replace({ ...resource!, id: container.id, partitionKey: { paths: ['/other'] } }), 400);
    const { defaultTtl: _, ...withoutTtl } = (await container.read()).resource!;
    await container.replace({ ...withoutTtl, id: container.id });
    expect((await container.read()).resource).not.toHaveProperty('defaultTtl');
  });

  test('one that was deleted and made again is empty, and known as another one', async () => {
    const container = await cosmos.newContainer();
    await container.items.create({ id: '1', key: 'a' });
    const before = (await container.read()).resource!._rid;
    await container.delete();
    await refusal(container.read(), 404);
    await cosmos.database.containers.create({ id: container.id, partitionKey: '/key' });
    expect((await container.items.readAll().fetchAll()).resources).toEqual([]);
    expect((await container.read()).resource!._rid).not.toBe(before);
  });

  test.each([
    ['no partition key', { id: 'wrong', partitionKey: { paths: [] } }],
    ['a path without slash', { id: 'wrong', partitionKey: { paths: ['key'] } }],
    ['a lifetime of 0', { id: 'wrong', partitionKey: { paths: ['/key'] }, defaultTtl: 0 }],
  ])('%s is refused', async (_, definition) => {
    await expect(cosmos.database.containers.create(definition)).rejects.toThrow();
  });

  test('documents of a container that does not exist: the error names what is missing', async () => {
    await cosmos.newContainer();
    const missing = cosmos.client.database('nowhere').container('c');
    expect((await refusal(missing.read(), 404)).message).toContain("there is no database 'nowhere'");
  });
});
