import { createHash, randomBytes } from 'node:crypto';
import { QueueServiceClient } from '@azure/storage-queue';
import { expect, test } from 'vitest';
import { BlobIncomingFiles } from '../../src/adapters/blob-incoming-files.ts';
import { BlobResultFiles } from '../../src/adapters/blob-result-files.ts';
import { BlobRunRecords } from '../../src/adapters/blob-run-records.ts';
import { BlobSourceFiles } from '../../src/adapters/blob-source-files.ts';
import { BlobUploads } from '../../src/adapters/blob-uploads.ts';
import { StorageRunQueues } from '../../src/adapters/storage-run-queues.ts';
import { readBlobCreated } from '../../src/core/events/blob-created.ts';
import { readPartMessage } from '../../src/core/files/part-message.ts';
import { containers, queues } from '../../src/core/resources.ts';
import { allBlobs, useBlobStorage } from './blob-storage.ts';

const storage = useBlobStorage();

async function listed(records: BlobRunRecords, prefix: string) {
  const all = [];
  for await (const { path, labels } of records.list(prefix)) all.push({ path, labels });
  return all;
}

test('a record is made once, replaced only as the version that was read, and listed with its labels', async () => {
  const container = await storage.newContainer();
  const records = new BlobRunRecords(async () => container);
  const makers = [1, 2, 3].map((n) => records.create('r_1/run.json', { n }, { started: 'now' }));
  expect((await Promise.all(makers)).filter((made) => made)).toHaveLength(1);
  const first = await records.read('r_1/run.json');
  expect(await records.replace('r_1/run.json', { n: 9 }, first!.version)).toBe(true);
  expect(await records.replace('r_1/run.json', { n: 10 }, first!.version)).toBe(false);
  expect((await records.read('r_1/run.json'))?.value).toEqual({ n: 9 });
  await records.create('r_1/parts/000000.json', {}, { rows: '7' });
  await records.create('r_2/run.json', {});
  expect(await listed(records, 'r_1/parts/')).toEqual([{ path: 'r_1/parts/000000.json', labels: { rows: '7' } }]);
  await records.remove('r_2/run.json');
  await records.remove('r_2/run.json');
  expect(await records.read('r_2/run.json')).toBeUndefined();
  expect(await records.replace('r_2/run.json', {}, first!.version)).toBe(false);
});

test('pieces that several instances write at the same time become one file, in the order that is asked for', async () => {
  const container = await storage.newContainer();
  const instances = [0, 1, 2].map(() => new BlobResultFiles(async () => container));
  const texts = [0, 1, 2].map(() => randomBytes(5 << 20));
  const pieces = await Promise.all(
    instances.map(async (results, i) => {
      const piece = results.piece('m/run/scores.csv');
      await piece.write(texts[i]!.subarray(0, 1_000));
      await piece.write(texts[i]!.subarray(1_000));
      return piece.finish();
    }),
  );
  expect(pieces.map(({ blocks, bytes }) => [blocks.length, bytes])).toEqual([0, 1, 2].map(() => [3, 5 << 20]));
  // A part that was scored twice, of which the other receipt counts.
  const unused = instances[0]!.piece('m/run/scores.csv');
  await unused.write(Buffer.from('unused'));
  await unused.finish();
  expect(await instances[0]!.exists('m/run/scores.csv')).toBe(false);

  const order = [pieces[2]!, pieces[0]!, pieces[1]!];
  const digests = await Promise.all(instances.map((results) => results.join('m/run/scores.csv', 'text/csv', order)));
  const wanted = Buffer.concat([texts[2]!, texts[0]!, texts[1]!]);
  const blob = container.getBlobClient('m/run/scores.csv');
  expect((await blob.downloadToBuffer()).equals(wanted)).toBe(true);
  expect((await blob.getProperties()).contentType).toBe('text/csv');
  expect(new Set(digests)).toEqual(new Set([`sha256:${createHash('sha256').update(wanted).digest('hex')}`]));
});

test('of two who make a file visible, each of pieces of its own, one does, and both hear what is visible', async () => {
  const container = await storage.newContainer();
  const results = new BlobResultFiles(async () => container);
  const pieces = await Promise.all(
    ['one', 'other'].map(async (text) => {
      const piece = results.piece('scores.csv');
      await piece.write(Buffer.from(text));
      return piece.finish();
    }),
  );
  const digests = [];
  for (const piece of pieces) digests.push(await results.join('scores.csv', 'text/csv', [piece]));
  expect(await allBlobs(container)).toEqual(new Map([['scores.csv', 'one']]));
  expect(digests).toEqual([pieces[0]!.sha256, pieces[0]!.sha256]);
});

test('a late piece changes nothing of a file that is visible', async () => {
  const container = await storage.newContainer();
  const results = new BlobResultFiles(async () => container);
  const piece = results.piece('scores.csv');
  await piece.write(Buffer.from('whole'));
  await results.join('scores.csv', 'text/csv', [await piece.finish()]);
  const late = results.piece('scores.csv');
  await late.write(Buffer.from('late'));
  await late.finish();
  expect(await allBlobs(container)).toEqual(new Map([['scores.csv', 'whole']]));
});

test('uploads are listed with the ETag under which they are opened, so that both give one run', async () => {
  const container = await storage.newContainer();
  for (const name of ['m/a b.csv', 'm/ü.csv']) await container.getBlockBlobClient(name).upload('x', 1);
  const listed = [];
  for await (const page of new BlobUploads(async () => container).pages()) listed.push(...page);
  expect(listed.map(({ blob }) => blob)).toEqual(['m/a b.csv', 'm/ü.csv']);
  const files = new BlobSourceFiles(async () => storage.service());
  for (const { blob, etag, modifiedMs } of listed) {
    const file = await files.open(container.containerName, blob);
    expect([etag, modifiedMs]).toEqual([file?.etag, Date.parse(file?.lastModified ?? '')]);
  }
});

test('an upload of a caller is made once: the same call again changes nothing', async () => {
  const container = storage.service().getContainerClient(containers.incoming);
  await container.create();
  const incoming = new BlobIncomingFiles(async () => storage.service());
  await incoming.create('m/call.csv', Buffer.from('first'), 'text/csv');
  await incoming.create('m/call.csv', Buffer.from('other'), 'text/csv');
  expect(await allBlobs(container)).toEqual(new Map([['m/call.csv', 'first']]));
  expect(await incoming.resultUrl('m/x y/scores.csv')).toMatch(/\/results\/m\/x%20y\/scores\.csv$/);
});

test('messages of parts and announcements are read as they were sent', async () => {
  const client = QueueServiceClient.fromConnectionString(storage.connectionString());
  for (const name of Object.values(queues)) await client.getQueueClient(name).create();
  const sender = new StorageRunQueues(async () => client);
  const message = {
    run: `r_${'0'.repeat(26)}`,
    startedAt: '2026-11-21T03:00:00.000Z',
    part: 1,
    of: 2,
    container: 'incoming',
    blob: 'm/a b.csv',
    etag: '0x1',
    bytes: [10, 20] as [number, number],
    firstRow: 3,
    firstLine: 5,
    model: 'm',
    version: 1,
    modelDigest: 'sha256:1',
    plan: 1,
  };
  await sender.sendParts([message]);
  await sender.announce('incoming', 'm/a b/ü.csv', true);
  const received = async (queue: string) => {
    const { receivedMessageItems } = await client.getQueueClient(queue).receiveMessages();
    return Buffer.from(receivedMessageItems[0]?.messageText ?? '', 'base64');
  };
  expect(readPartMessage(await received(queues.parts))).toEqual(message);
  expect(readBlobCreated(await received(queues.incoming))).toMatchObject({ name: 'm/a b/ü.csv', isAgain: true });
  expect(readPartMessage('{"run":"r_1"}')).toMatchObject({ path: '/run' });
});
