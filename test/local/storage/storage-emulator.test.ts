import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterEach, expect, test } from 'vitest';
import {
  type BlobWritten,
  type StorageEmulator,
  startStorageEmulator,
} from '../../../local/storage/storage-emulator.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-storage-'));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function start(options: Parameters<typeof startStorageEmulator>[0] = {}): Promise<StorageEmulator> {
  const storage = await startStorageEmulator(options);
  cleanUps.push(() => storage.close());
  return storage;
}

test('each call that makes a blob whole is reported once, with the name Event Grid gives it', async () => {
  const written: BlobWritten[] = [];
  let onThird: () => void = () => {};
  const third = new Promise<void>((resolve) => {
    onThird = resolve;
  });
  const storage = await start({ onBlobWritten: (blob) => written.push(blob) === 3 && onThird() });
  const container = BlobServiceClient.fromConnectionString(storage.connectionString).getContainerClient('incoming');
  await container.create();
  await container.getBlockBlobClient('a b/ü.csv').upload('x', 1);
  const blocks = container.getBlockBlobClient('blocks.csv');
  const blockId = Buffer.from('0000').toString('base64');
  await blocks.stageBlock(blockId, 'y', 1);
  await blocks.commitBlockList([blockId]);
  await container.getBlobClient('copy.csv').syncCopyFromURL(blocks.url);
  await third;
  expect(written).toEqual([
    { api: 'PutBlob', container: 'incoming', name: 'a b/ü.csv' },
    { api: 'PutBlockList', container: 'incoming', name: 'blocks.csv' },
    { api: 'CopyBlob', container: 'incoming', name: 'copy.csv' },
  ]);
});

test('what a folder holds is there again after a restart', async () => {
  const folder = await temporaryFolder();
  const first = await startStorageEmulator({ folder });
  const container = BlobServiceClient.fromConnectionString(first.connectionString).getContainerClient('results');
  await container.create();
  await container.getBlockBlobClient('scores.csv').upload('row,score\n', 10);
  const queue = QueueServiceClient.fromConnectionString(first.connectionString).getQueueClient('incoming');
  await queue.create();
  await queue.sendMessage('kept');
  await first.close();

  const second = await start({ folder });
  const blob = BlobServiceClient.fromConnectionString(second.connectionString)
    .getContainerClient('results')
    .getBlobClient('scores.csv');
  expect((await blob.downloadToBuffer()).toString()).toBe('row,score\n');
  const again = QueueServiceClient.fromConnectionString(second.connectionString).getQueueClient('incoming');
  const { receivedMessageItems } = await again.receiveMessages();
  expect(receivedMessageItems.map((message) => message.messageText)).toEqual(['kept']);
});

test('a taken port is an error that says so', async () => {
  const first = await start();
  await expect(startStorageEmulator({ blobPort: first.blobPort })).rejects.toThrow(
    /Azurite does not start: .*EADDRINUSE/,
  );
});
