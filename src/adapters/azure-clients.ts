import type { Container, Database } from '@azure/cosmos';
import type { EventHubProducerClient } from '@azure/event-hubs';
import type { TokenCredential } from '@azure/identity';
import type { BlobServiceClient } from '@azure/storage-blob';
import type { QueueServiceClient } from '@azure/storage-queue';

/** How a service is reached: with a connection string, or at an address with the app's identity. */
export type Connection =
  | { readonly connectionString: string }
  | { readonly endpoint: string; readonly clientId: string | undefined };

/** The client libraries are large: each is loaded when its service is first needed. */
async function identityOf(clientId: string | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return clientId === undefined
    ? new DefaultAzureCredential()
    : new DefaultAzureCredential({ managedIdentityClientId: clientId });
}

/** Blob storage of the data account. */
export async function openBlobService(connection: Connection): Promise<BlobServiceClient> {
  const { BlobServiceClient } = await import('@azure/storage-blob');
  if ('connectionString' in connection) return BlobServiceClient.fromConnectionString(connection.connectionString);
  return new BlobServiceClient(connection.endpoint, await identityOf(connection.clientId));
}

/** Queue storage of the data account. */
export async function openQueueService(connection: Connection): Promise<QueueServiceClient> {
  const { QueueServiceClient } = await import('@azure/storage-queue');
  if ('connectionString' in connection) return QueueServiceClient.fromConnectionString(connection.connectionString);
  return new QueueServiceClient(connection.endpoint, await identityOf(connection.clientId));
}

/** Throttled requests are repeated by the client for this long; what lasts longer is repeated with its batch. */
const throttledSecondsMax = 10;

/** A container of Cosmos DB. */
export const openCosmosContainer = async (
  connection: Connection,
  database: string,
  container: string,
): Promise<Container> => (await openCosmosDatabase(connection, database)).container(container);

/** A database of Cosmos DB. The client is made once a process: each has its own connections and caches. */
export async function openCosmosDatabase(connection: Connection, database: string): Promise<Database> {
  const { CosmosClient } = await import('@azure/cosmos');
  const client = new CosmosClient({
    ...('connectionString' in connection
      ? { connectionString: connection.connectionString }
      : { endpoint: connection.endpoint, aadCredentials: await identityOf(connection.clientId) }),
    connectionPolicy: {
      enableBackgroundEndpointRefreshing: false,
      retryOptions: { maxRetryAttemptCount: 9, maxWaitTimeInSeconds: throttledSecondsMax },
    },
  });
  return client.database(database);
}

/** A repetition of a send is the batch's, which has more patience. */
const sendRetries = { maxRetries: 1, retryDelayInMs: 500, timeoutInMs: 5_000 };

/** An event hub to send to. */
export async function openEventHub(connection: Connection, hub: string): Promise<EventHubProducerClient> {
  const { EventHubProducerClient } = await import('@azure/event-hubs');
  const options = { retryOptions: sendRetries };
  if ('connectionString' in connection) return new EventHubProducerClient(connection.connectionString, hub, options);
  return new EventHubProducerClient(connection.endpoint, hub, await identityOf(connection.clientId), options);
}
