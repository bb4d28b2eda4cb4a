import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BlobCreatedTopic } from '../../../local/event-grid/blob-created-topic.ts';
import { type StorageEmulator, startStorageEmulator } from '../../../local/storage/storage-emulator.ts';
import { readBlobCreated } from '../../../src/core/events/blob-created.ts';

let storage: StorageEmulator;
let topic: BlobCreatedTopic | undefined;
let onWritten: () => void = () => {};

beforeAll(async () => {
  storage = await startStorageEmulator({
    onBlobWritten: (blob) => {
      topic?.announce(blob);
      onWritten();
    },
  });
  topic = new BlobCreatedTopic({
    connectionString: storage.connectionString,
    container: 'incoming',
    queue: 'incoming',
  });
  await QueueServiceClient.fromConnectionString(storage.connectionString).getQueueClient('incoming').create();
});
afterAll(() => storage?.close());

async function upload(container: string, name: string): Promise<void> {
  const written = new Promise<void>((resolve) => {
    onWritten = resolve;
  });
  const client = BlobServiceClient.fromConnectionString(storage.connectionString).getContainerClient(container);
  await client.createIfNotExists();
  await client.getBlockBlobClient(name).upload('a\n1\n', 4);
  await written;
  await topic?.settled();
}

async function messages() {
  const queue = QueueServiceClient.fromConnectionString(storage.connectionString).getQueueClient('incoming');
  const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
  await Promise.all(
    receivedMessageItems.map(({ messageId, popReceipt }) => queue.deleteMessage(messageId, popReceipt)),
  );
  return receivedMessageItems.map(({ messageText }) => JSON.parse(Buffer.from(messageText, 'base64').toString()));
}

test('an upload is announced in the form that the app reads, later ones with a later number', async () => {
  await upload('incoming', 'pump/a b.csv');
  await upload('incoming', 'pump/a b.csv');
  const events = await messages();
  const blobs = events.map(readBlobCreated) as { container: string; name: string; sequencer: string }[];
  expect(blobs).toMatchObject([{ container: 'incoming', name: 'pump/a b.csv' }, { name: 'pump/a b.csv' }]);
  const [first, second] = blobs.map(({ sequencer }) => sequencer).sort();
  expect(first! < second!).toBe(true);
  expect(events[0]).toMatchObject({
    eventType: 'Microsoft.Storage.BlobCreated',
    data: { api: 'PutBlob', contentLength: 4, blobType: 'BlockBlob', eTag: expect.stringMatching(/^"?0x/) },
  });
});

test('other containers are not announced', async () => {
  await upload('results', 'scores.csv');
  expect(await messages()).toEqual([]);
});
