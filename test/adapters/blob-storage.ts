import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll } from 'vitest';
import { type StorageEmulator, startStorageEmulator } from '../../local/storage/storage-emulator.ts';

/** Azurite for the tests of one file, and a new container for each that asks. */
export function useBlobStorage(): {
  service(): BlobServiceClient;
  connectionString(): string;
  newContainer(): Promise<ContainerClient>;
} {
  let storage: StorageEmulator;
  let client: BlobServiceClient;
  let made = 0;
  beforeAll(async () => {
    storage = await startStorageEmulator();
    client = BlobServiceClient.fromConnectionString(storage.connectionString);
  });
  afterAll(() => storage?.close());
  return {
    service: () => client,
    connectionString: () => storage.connectionString,
    async newContainer() {
      const container = client.getContainerClient(`container-${++made}`);
      await container.create();
      return container;
    },
  };
}

/** Names and texts of all blobs of a container. */
export async function allBlobs(container: ContainerClient): Promise<Map<string, string>> {
  const blobs = new Map<string, string>();
  for await (const { name } of container.listBlobsFlat()) {
    blobs.set(name, (await container.getBlobClient(name).downloadToBuffer()).toString());
  }
  return blobs;
}
