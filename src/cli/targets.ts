import type { Container } from '@azure/cosmos';
import type { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import type { BlobServiceClient } from '@azure/storage-blob';
import { type Connection, openBlobService, openCosmosContainer } from '../adapters/azure-clients.ts';
import { openRuns } from '../adapters/open-runs.ts';
import { cosmos } from '../core/resources.ts';
import type { SharedRuns } from '../scoring/files/shared-runs.ts';
import { type OptionValues, text } from './command.ts';
import { runningTwin, type TwinAddress } from './twin-file.ts';
import { UnreachableError } from './usage-error.ts';

/** The option of every command that reaches a service. */
export const connectionOption = {
  type: 'string',
  value: 'C',
  help: 'Connection string, or address with your Azure identity; the local twin when absent.',
} as const;

function twin(): TwinAddress {
  const running = runningTwin();
  if (running !== undefined) return running;
  throw new UnreachableError(
    'The local twin does not run. Start it in another terminal with: npm start\nOr say where to go with --connection.',
  );
}

/** A connection string has a `Key=value`; everything else is an address that is used with the caller's identity. */
function connectionOf(
  options: OptionValues,
  service: keyof TwinAddress['connections'],
  addressOf: (host: string) => string,
  option = 'connection',
): Connection {
  const given = text(options, option);
  if (given === undefined) return { connectionString: twin().connections[service] };
  if (/;.*=|^\w+=/.test(given)) return { connectionString: given };
  return { endpoint: /^https?:/.test(given) ? given : addressOf(given), clientId: undefined };
}

/** Blob storage: a connection string, an account's name, or its address. @param option that says which */
export const blobTarget = (options: OptionValues, option?: string): Promise<BlobServiceClient> =>
  openBlobService(connectionOf(options, 'storage', (account) => `https://${account}.blob.core.windows.net`, option));

/** Runs of files in blob and queue storage: a connection string, an account's name, or the address of its blobs. */
export async function runsTarget(options: OptionValues): Promise<SharedRuns> {
  const blobs = await blobTarget(options);
  const queues = () =>
    connectionOf(options, 'storage', (account) => `https://${account}.queue.core.windows.net`, 'connection');
  return openRuns({ blobs: async () => blobs, queues: () => queueAddressOf(queues()) });
}

/** The queues of an account whose blobs have this address. */
const queueAddressOf = (connection: Connection): Connection =>
  'endpoint' in connection ? { ...connection, endpoint: connection.endpoint.replace('.blob.', '.queue.') } : connection;

/** A container of Cosmos DB: a connection string, an account's name, or its address. @param option that says which */
export const cosmosTarget = (
  options: OptionValues,
  container: keyof typeof cosmos.containers,
  option?: string,
): Promise<Container> =>
  openCosmosContainer(
    connectionOf(options, 'cosmos', (account) => `https://${account}.documents.azure.com`, option),
    cosmos.database,
    cosmos.containers[container].name,
  );

const namespaceOf = (namespace: string) =>
  namespace.includes('.') ? namespace : `${namespace}.servicebus.windows.net`;
const retryOptions = { maxRetries: 2, retryDelayInMs: 500, timeoutInMs: 15_000 };

/** Reads an event hub, beside the functions that do: a connection string, or the name of a namespace. */
export async function hubReader(options: OptionValues, hub: string, option: string): Promise<EventHubConsumerClient> {
  const { EventHubConsumerClient } = await import('@azure/event-hubs');
  const { defaultConsumerGroupName: group } = EventHubConsumerClient;
  const connection = connectionOf(options, 'events', namespaceOf, option);
  if ('connectionString' in connection)
    return new EventHubConsumerClient(group, connection.connectionString, hub, { retryOptions });
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new EventHubConsumerClient(group, connection.endpoint, hub, new DefaultAzureCredential(), { retryOptions });
}

/** An event hub: a connection string, or the name of a namespace. */
export async function hubTarget(options: OptionValues, hub: string): Promise<EventHubProducerClient> {
  const { EventHubProducerClient } = await import('@azure/event-hubs');
  const connection = connectionOf(options, 'events', namespaceOf);
  if ('connectionString' in connection)
    return new EventHubProducerClient(connection.connectionString, hub, { retryOptions });
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new EventHubProducerClient(connection.endpoint, hub, new DefaultAzureCredential(), { retryOptions });
}

/** Where HTTP calls go. */
export const urlTarget = (options: OptionValues): string => (text(options, 'url') ?? twin().url).replace(/\/$/, '');

/** An error of a client library as one that says which service, where, and what to do. */
export function unreachable(service: string, error: unknown): Error {
  // After several tries the clients hand out all failures together, without a word of their own.
  const last = error instanceof AggregateError ? (error.errors.at(-1) ?? error) : error;
  const { code, name, message = String(last) } = (last ?? {}) as { code?: string; name?: string; message?: string };
  const [line = ''] = message.split('\n');
  if (/AggregateAuthenticationError|CredentialUnavailable|AuthenticationRequired/.test(`${name} ${message}`)) {
    return new UnreachableError(
      `${service} is out of reach: nobody is signed in to Azure.\nSign in with az login or azd auth login. Is --connection right?`,
    );
  }
  if (
    !/ECONNREFUSED|ENOTFOUND|ETIMEDOUT|REQUEST_SEND_ERROR|ServiceCommunication|EAI_AGAIN|fetch failed/.test(
      `${code} ${message}`,
    )
  ) {
    return last instanceof Error ? last : new Error(line);
  }
  return new UnreachableError(
    `${service} is out of reach: ${line}\nDoes it run (npm start), and is --connection right?`,
  );
}
