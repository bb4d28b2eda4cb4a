import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ChangeFeedStartFrom, CosmosClient } from '@azure/cosmos';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CosmosServer, startCosmosServer } from '../../../local/cosmos/cosmos-server.ts';
import { query, refusal } from './cosmos-fixture.ts';

let folder: string;
let file: string;
const cleanUps: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-cosmos-'));
  file = join(folder, 'cosmos.db');
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function open(): Promise<{ server: CosmosServer; client: CosmosClient }> {
  const server = await startCosmosServer({ file });
  const client = new CosmosClient(server.connectionString);
  cleanUps.push(async () => {
    client.dispose();
    await server.close();
  });
  return { server, client };
}

/** What a container holds, with everything that the service added. */
const everythingIn = (client: CosmosClient) => query(client.database('shop').container('c'), 'SELECT * FROM c');

async function fill(client: CosmosClient): Promise<void> {
  const { database } = await client.databases.create({ id: 'shop' });
  const { container } = await database.containers.create({
    id: 'c',
    partitionKey: { paths: ['/key'] },
    defaultTtl: -1,
    uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/mail'] }] },
  });
  for (const id of ['1', '2', '3', '4']) await container.items.create({ id, key: `k${id}`, mail: `${id}@x` });
  await container.item('2', 'k2').patch([{ op: 'set', path: '/text', value: 'ü \u{1f600}' }]);
  await container.item('3', 'k3').delete();
}

describe('after a restart', () => {
  test('databases, containers and documents are as they were, ETags and times included', async () => {
    const first = await open();
    await fill(first.client);
    const [documents, container] = [
      await everythingIn(first.client),
      (await first.client.database('shop').container('c').read()).resource,
    ];
    await first.server.close();

    const { client } = await open();
    expect(await everythingIn(client)).toEqual(documents);
    expect((await client.database('shop').container('c').read()).resource).toEqual(container);
    await refusal(client.database('shop').container('c').items.create({ id: '5', key: 'k1', mail: '1@x' }), 409);
  });

  test('the change feed goes on: same order, and nothing is told twice or left out', async () => {
    const first = await open();
    await fill(first.client);
    const feedOf = (client: CosmosClient, changeFeedStartFrom: ChangeFeedStartFrom) =>
      client.database('shop').container('c').items.getChangeFeedIterator({ changeFeedStartFrom });
    const before = await feedOf(first.client, ChangeFeedStartFrom.Beginning()).readNext();
    expect(before.result.map(({ id }) => id)).toEqual(['1', '4', '2']);
    await first.client.database('shop').container('c').item('4', 'k4').delete();
    await first.server.close();

    const { client } = await open();
    const again = await feedOf(client, ChangeFeedStartFrom.Beginning()).readNext();
    expect(again.result.map(({ id }) => id)).toEqual(['1', '2']);
    const rest = feedOf(client, ChangeFeedStartFrom.Continuation(before.continuationToken));
    expect((await rest.readNext()).count).toBe(0);
    await client.database('shop').container('c').items.create({ id: 'new', key: 'a', mail: 'new' });
    expect((await rest.readNext()).result.map(({ id }) => id)).toEqual(['new']);
  });

  test('new documents come behind the old ones', async () => {
    const first = await open();
    await fill(first.client);
    await first.server.close();
    const second = await open();
    await second.client.database('shop').container('c').items.create({ id: '0', key: 'a', mail: '0' });
    await second.server.close();
    const { client } = await open();
    expect(await query(client.database('shop').container('c'), 'SELECT VALUE c.id FROM c')).toEqual([
      '1',
      '2',
      '4',
      '0',
    ]);
  });

  test('settings that were replaced are the new ones, and what was deleted stays deleted', async () => {
    const first = await open();
    await fill(first.client);
    const container = first.client.database('shop').container('c');
    await container.replace({ ...(await container.read()).resource!, id: 'c', defaultTtl: 77 });
    await first.client.database('shop').containers.create({ id: 'other', partitionKey: '/key' });
    await first.client.database('shop').container('other').delete();
    await first.client.databases.create({ id: 'gone' });
    await first.client.database('gone').containers.create({ id: 'c', partitionKey: '/key' });
    await first.client.database('gone').container('c').items.create({ id: '1', key: 'a' });
    await first.client.database('gone').delete();
    await first.server.close();

    const { client } = await open();
    expect((await client.database('shop').container('c').read()).resource).toMatchObject({ defaultTtl: 77 });
    expect((await client.databases.readAll().fetchAll()).resources.map(({ id }) => id)).toEqual(['shop']);
    expect((await client.database('shop').containers.readAll().fetchAll()).resources.map(({ id }) => id)).toEqual([
      'c',
    ]);
    await client.databases.create({ id: 'gone' });
    await client.database('gone').containers.create({ id: 'c', partitionKey: '/key' });
    expect(await query(client.database('gone').container('c'), 'SELECT * FROM c')).toEqual([]);
  });

  test('a batch that failed has left nothing in the file', async () => {
    const first = await open();
    await fill(first.client);
    const before = await everythingIn(first.client);
    await first.client
      .database('shop')
      .container('c')
      .items.batch(
        [
          { operationType: 'Upsert', resourceBody: { id: '1', key: 'k1', mail: 'changed' } },
          { operationType: 'Create', resourceBody: { id: 'new', key: 'k1', mail: 'new' } },
          { operationType: 'Delete', id: 'nothing' },
        ],
        'k1',
      );
    await first.server.close();
    expect(await everythingIn((await open()).client)).toEqual(before);
  });
});

/** A process of its own that writes documents one by one, and says so after each, until it is killed. */
const endlessWriter = `
  import { CosmosClient } from '@azure/cosmos';
  import { startCosmosServer } from ${JSON.stringify(new URL('../../../local/cosmos/cosmos-server.ts', import.meta.url).href)};
  const client = new CosmosClient((await startCosmosServer({ file: process.env.COSMOS_FILE })).connectionString);
  const { database } = await client.databases.create({ id: 'shop' });
  const { container } = await database.containers.create({ id: 'c', partitionKey: '/key' });
  for (let id = 0; ; id += 1) {
    await container.items.create({ id: String(id), key: 'a' });
    process.stdout.write(id + '\\n');
  }
`;

/** Kills the writer once it has written this many documents; gives the last id that it told of. */
function killWriterAfter(count: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const args = ['--input-type=module', '--eval', endlessWriter];
    const options = { env: { ...process.env, COSMOS_FILE: file }, cwd: import.meta.dirname };
    let last = -1;
    const child = execFile(process.execPath, args, options, (error) => {
      if (last < count) reject(error ?? new Error('the writer ended early'));
      else resolve(last);
    });
    child.stdout!.on('data', (text: string) => {
      last = Number(text.trim().split('\n').at(-1));
      if (last >= count) child.kill('SIGKILL');
    });
  });
}

test('a process that is killed hard loses at most what it wrote last, and no sequence number is given out twice', async () => {
  const last = await killWriterAfter(300);
  const { client } = await open();
  const container = client.database('shop').container('c');
  const ids = (await query(container, 'SELECT VALUE c.id FROM c', { maxItemCount: -1 })).map(Number);
  expect(ids).toEqual(ids.map((_, place) => place));
  expect(ids.length).toBeGreaterThan(100);
  const { resource, headers } = await container.items.create({ id: 'after', key: 'a' });
  expect(resource!.id).toBe('after');
  const lsn = Number(/#(\d+)$/.exec(String(headers['x-ms-session-token']))![1]);
  expect(lsn).toBeGreaterThan(last + 1);
});

describe('a file that cannot be used is refused with a reason:', () => {
  test('no database', async () => {
    await writeFile(file, 'this is no database, but it is long enough to be taken for one at first sight'.repeat(10));
    await expect(startCosmosServer({ file })).rejects.toThrow(/cannot use the file .*cosmos\.db: .*not a database/);
  });

  test('in use by another server', async () => {
    await open();
    await expect(startCosmosServer({ file })).rejects.toThrow(/cannot use the file .*: database is locked/);
  });

  test('of another version', async () => {
    const other = new DatabaseSync(file);
    other.exec('PRAGMA user_version = 99');
    other.close();
    await expect(startCosmosServer({ file })).rejects.toThrow(/it has version 99, this server reads version 1/);
  });

  test('in a folder that is not there', async () => {
    await expect(startCosmosServer({ file: join(folder, 'nowhere', 'cosmos.db') })).rejects.toThrow(/unable to open/);
  });

  test('and a taken port leaves the file free', async () => {
    const { server } = await open();
    const second = join(folder, 'second.db');
    await expect(startCosmosServer({ file: second, port: server.port })).rejects.toThrow(/port is taken/);
    await (await startCosmosServer({ file: second })).close();
  });
});
