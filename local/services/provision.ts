import { CosmosClient } from '@azure/cosmos';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { containers, cosmos, queues } from '../../src/core/resources.ts';

/** Makes what must exist outside the app, as the infrastructure code does it in Azure. What is there stays as it is. */
export async function provision(storageConnection: string, cosmosConnection: string): Promise<void> {
  const blobs = BlobServiceClient.fromConnectionString(storageConnection);
  const queueService = QueueServiceClient.fromConnectionString(storageConnection);
  await Promise.all([
    ...Object.values(containers).map((name) => blobs.getContainerClient(name).createIfNotExists()),
    ...Object.values(queues).map((name) => queueService.getQueueClient(name).createIfNotExists()),
    provisionCosmos(cosmosConnection),
  ]);
}

async function provisionCosmos(connectionString: string): Promise<void> {
  const client = new CosmosClient(connectionString);
  try {
    const { database } = await client.databases.createIfNotExists({ id: cosmos.database });
    for (const { name, partitionKey, ...more } of Object.values(cosmos.containers)) {
      await database.containers.createIfNotExists({
        id: name,
        partitionKey: { paths: [partitionKey] },
        ...('defaultTtlSeconds' in more && { defaultTtl: more.defaultTtlSeconds }),
      });
    }
  } finally {
    client.dispose();
  }
}
