import { type Container, type ContainerRequest, CosmosClient, type Database, type SqlQuerySpec } from '@azure/cosmos';
import { afterAll, beforeAll, expect } from 'vitest';
import { type CosmosServer, startCosmosServer } from '../../../local/cosmos/cosmos-server.ts';

export interface CosmosFixture {
  readonly server: CosmosServer;
  readonly client: CosmosClient;
  readonly database: Database;
  /** A new container of its own for each test; the partition key is `/key` unless said otherwise. */
  newContainer(request?: Partial<ContainerRequest>): Promise<Container>;
}

/** A server with the real client before it, for all tests of a file. */
export function useCosmos(): CosmosFixture {
  let server: CosmosServer;
  let client: CosmosClient;
  let containers = 0;
  beforeAll(async () => {
    server = await startCosmosServer();
    client = new CosmosClient(server.connectionString);
    await client.databases.create({ id: 'shop' });
  });
  afterAll(async () => {
    client?.dispose();
    await server?.close();
  });
  return {
    get server() {
      return server;
    },
    get client() {
      return client;
    },
    get database() {
      return client.database('shop');
    },
    async newContainer(request = {}) {
      containers += 1;
      const definition = { id: `c${containers}`, partitionKey: { paths: ['/key'] }, ...request };
      const { container } = await client.database('shop').containers.create(definition);
      return container;
    },
  };
}

/** All results of a query, page by page. */
export async function query(container: Container, text: string | SqlQuerySpec, options = {}): Promise<unknown[]> {
  const { resources } = await container.items.query(text, options).fetchAll();
  return resources;
}

/** Holds that a request is refused with this status, and gives the error. */
export async function refusal(request: Promise<unknown>, status: number): Promise<Error & { code: number }> {
  const error = await request.then(
    () => expect.unreachable(`expected a refusal with ${status}`),
    (reason) => reason,
  );
  expect(error.code, error.message).toBe(status);
  return error;
}

/** What clients wrote of a document, without what the service added. */
export function contentOf(document: Record<string, unknown> | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document ?? {}).filter(([name]) => !name.startsWith('_')));
}
