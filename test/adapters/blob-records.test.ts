import { expect, test } from 'vitest';
import { BlobRecords } from '../../src/adapters/blob-records.ts';
import { useBlobStorage } from './blob-storage.ts';

const storage = useBlobStorage();
const newRecords = async () => {
  const container = await storage.newContainer();
  return new BlobRecords<{ text: string }>(async () => container);
};

test('records are listed by path, as many as are asked for, with the time at which they were stored', async () => {
  const records = await newRecords();
  const before = Date.now() - 2_000;
  for (const path of ['b/2.json', 'a/1.json', 'a/2.json']) await records.write(path, { text: 'ü' });
  const { found, isAll } = await records.list(10);
  expect(found.map(({ path }) => path)).toEqual(['a/1.json', 'a/2.json', 'b/2.json']);
  expect(isAll).toBe(true);
  for (const { storedAt } of found) expect(Date.parse(storedAt)).toBeGreaterThan(before);
  expect(await records.list(2, { prefix: 'a/' })).toMatchObject({ isAll: true });
  expect(await records.list(1, { prefix: 'a/' })).toMatchObject({ found: [{ path: 'a/1.json' }], isAll: false });
});

test('a record is read with its version, and removed only as the version that was read', async () => {
  const records = await newRecords();
  await records.write('x.json', { text: 'ü' });
  const read = await records.read('x.json');
  expect(read?.record).toEqual({ text: 'ü' });
  await records.write('x.json', { text: 'newer' });
  expect(await records.remove('x.json', read?.version)).toBe(false);
  const again = await records.read('x.json');
  expect(again?.record).toEqual({ text: 'newer' });
  expect(await records.remove('x.json', again?.version)).toBe(true);
  expect(await records.remove('x.json', again?.version)).toBe(false);
  expect(await records.remove('x.json')).toBe(false);
  expect(await records.read('x.json')).toBeUndefined();
});

test('storage that is out of reach is a fault that may heal', async () => {
  const records = new BlobRecords<never>(async () => storage.service().getContainerClient('nowhere'));
  for (const work of [records.list(1), records.write('x', undefined as never)])
    await expect(work).rejects.toMatchObject({ code: 'storage.unavailable', retryable: true });
});
