import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { BlobResultFiles } from '../../src/adapters/blob-result-files.ts';
import { BlobSourceFiles } from '../../src/adapters/blob-source-files.ts';
import { allBlobs, useBlobStorage } from './blob-storage.ts';

const storage = useBlobStorage();

async function readAll(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  // A piece is good until the next one is asked for.
  for await (const piece of pieces) chunks.push(Uint8Array.from(piece));
  return Buffer.concat(chunks);
}

test('an uploaded file is read in pieces, as the version that was opened', async () => {
  const container = await storage.newContainer();
  const bytes = randomBytes(3 << 20);
  const { etag } = await container.getBlockBlobClient('a b/ü.csv').uploadData(bytes);
  const file = await new BlobSourceFiles(async () => storage.service()).open(container.containerName, 'a b/ü.csv');
  expect(file).toMatchObject({ etag: etag?.replaceAll('"', ''), bytes: bytes.length });
  // To be compared as arrays such buffers take seconds, and where they differ minutes.
  expect((await readAll(file!.read())).equals(bytes)).toBe(true);
  expect((await readAll(file!.read(100, 2 << 20))).equals(bytes.subarray(100, 2 << 20))).toBe(true);
  expect(await readAll(file!.read(bytes.length - 5))).toEqual(bytes.subarray(-5));
  expect(await readAll(file!.read(7, 7))).toEqual(Buffer.alloc(0));
});

test('a file that was overwritten since is an error, never a mix', async () => {
  const container = await storage.newContainer();
  const blob = container.getBlockBlobClient('shift.csv');
  await blob.uploadData(Buffer.from('old'));
  const file = await new BlobSourceFiles(async () => storage.service()).open(container.containerName, 'shift.csv');
  await blob.uploadData(Buffer.from('new'));
  await expect(readAll(file!.read())).rejects.toMatchObject({ code: 'file.changed', retryable: false });
});

test('a file that is gone is undefined', async () => {
  const container = await storage.newContainer();
  const files = new BlobSourceFiles(async () => storage.service());
  expect(await files.open(container.containerName, 'gone.csv')).toBeUndefined();
});

test('a result of several blocks appears whole when it is committed, and not before', async () => {
  const container = await storage.newContainer();
  const results = new BlobResultFiles(async () => container);
  const writer = results.piece('m/run/scores.csv');
  const pieces = Array.from({ length: 9 }, () => randomBytes(1 << 20));
  for (const piece of pieces) await writer.write(piece);
  const whole = await writer.finish();
  expect(await results.exists('m/run/scores.csv')).toBe(false);
  const digest = await results.join('m/run/scores.csv', 'text/csv', [whole]);
  const bytes = await container.getBlobClient('m/run/scores.csv').downloadToBuffer();
  expect(bytes.equals(Buffer.concat(pieces))).toBe(true);
  expect(digest).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
});

test('a result without a byte is an empty file', async () => {
  const container = await storage.newContainer();
  const results = new BlobResultFiles(async () => container);
  await results.join('empty.csv', 'text/csv', [await results.piece('empty.csv').finish()]);
  expect(await allBlobs(container)).toEqual(new Map([['empty.csv', '']]));
});

test('what a broken try left behind never mixes with the next', async () => {
  const container = await storage.newContainer();
  const results = new BlobResultFiles(async () => container);
  const broken = results.piece('scores.csv');
  await broken.write(Buffer.alloc(5 << 20, 'x'));
  const second = results.piece('scores.csv');
  await second.write(Buffer.from('whole'));
  await results.join('scores.csv', 'text/csv', [await second.finish()]);
  expect(await allBlobs(container)).toEqual(new Map([['scores.csv', 'whole']]));
});

test('a pointer moves only to what is newer, also with several movers at once', async () => {
  const container = await storage.newContainer();
  const results = new BlobResultFiles(async () => container);
  const isNewer = (n: number) => (current: unknown) => (current as { n: number }).n > n;
  await Promise.all([3, 1, 4, 2].map((n) => results.movePointer('_latest.json', { n }, isNewer(n))));
  expect(JSON.parse((await allBlobs(container)).get('_latest.json') ?? '')).toEqual({ n: 4 });
});
