import { expect, test } from 'vitest';
import { BlobLedger, readLedger } from '../../src/adapters/blob-ledger.ts';
import { ledgerEntryOf } from '../../src/core/ledger/ledger-entry.ts';
import { allBlobs, useBlobStorage } from './blob-storage.ts';

const storage = useBlobStorage();

const entryOf = (partition: string, from: number, to: number, time = '2026-11-21T03:04:05.678Z') =>
  ledgerEntryOf(
    [from, to].map((sequence) => ({ hub: 'telemetry', partition, sequence, enqueuedAt: time })),
    { scored: to - from + 1, rejected: 0, parked: 0 },
    [],
    [],
  );

test('entries are lines of one blob a partition and hour, and come back', async () => {
  const container = await storage.newContainer();
  const ledger = new BlobLedger(async () => container);
  const entries = [
    entryOf('0', 1, 2),
    entryOf('0', 3, 4),
    entryOf('1', 1, 2),
    entryOf('0', 5, 6, '2026-11-21T04:00:00.000Z'),
  ];
  for (const entry of entries) await ledger.append(entry);
  expect([...(await allBlobs(container)).keys()]).toEqual([
    'telemetry/0/2026-11-21T03.ndjson',
    'telemetry/0/2026-11-21T04.ndjson',
    'telemetry/1/2026-11-21T03.ndjson',
  ]);
  const all = await readLedger(container, 'telemetry', undefined);
  expect(all.broken).toEqual([]);
  expect(all.entries).toHaveLength(4);
  expect(all.entries).toEqual(expect.arrayContaining(entries));
  const later = await readLedger(container, 'telemetry', '2026-11-21T03:30:00.000Z');
  expect(later.entries).toEqual([entries[3]]);
  expect((await readLedger(container, 'tele', undefined)).entries).toEqual([]);
});

test('in health an entry is one request', async () => {
  const container = await storage.newContainer();
  const requests: string[] = [];
  const append = container.getAppendBlobClient.bind(container);
  container.getAppendBlobClient = (name) => {
    const blob = append(name);
    for (const method of ['appendBlock', 'create'] as const) {
      const call = blob[method].bind(blob) as (...args: unknown[]) => unknown;
      blob[method] = ((...args: unknown[]) => {
        requests.push(method);
        return call(...args);
      }) as never;
    }
    return blob;
  };
  const ledger = new BlobLedger(async () => container);
  await ledger.append(entryOf('0', 1, 2));
  expect(requests.splice(0)).toEqual(['appendBlock', 'create', 'appendBlock']);
  await ledger.append(entryOf('0', 3, 4));
  expect(requests).toEqual(['appendBlock']);
});

test('a full blob is followed by the next part, for every writer', async () => {
  const container = await storage.newContainer();
  const open = async () => container;
  const ledger = new BlobLedger(open, { partBytesMax: 400 });
  for (let i = 0; i < 5; i++) await ledger.append(entryOf('0', 2 * i, 2 * i + 1));
  await new BlobLedger(open, { partBytesMax: 400 }).append(entryOf('0', 10, 11));
  const blobs = await allBlobs(container);
  expect([...blobs.keys()].length).toBeGreaterThan(2);
  expect([...blobs.keys()]).toContain('telemetry/0/2026-11-21T03.1.ndjson');
  expect((await readLedger(container, 'telemetry', undefined)).entries).toHaveLength(6);
});

test('writers that begin an hour together lose nothing', async () => {
  const container = await storage.newContainer();
  await Promise.all(
    Array.from({ length: 8 }, (_, i) => new BlobLedger(async () => container).append(entryOf('0', 2 * i, 2 * i + 1))),
  );
  expect((await readLedger(container, 'telemetry', undefined)).entries).toHaveLength(8);
});

test('a line that somebody broke is named, the others are read', async () => {
  const container = await storage.newContainer();
  await new BlobLedger(async () => container).append(entryOf('0', 1, 2));
  await container.getAppendBlobClient('telemetry/0/2026-11-21T03.ndjson').appendBlock('{"hub":\n', 8);
  const { entries, broken } = await readLedger(container, 'telemetry', undefined);
  expect([entries.length, broken]).toEqual([1, ['telemetry/0/2026-11-21T03.ndjson line 2']]);
});

test('a container that is missing may be there later', async () => {
  const container = storage.service().getContainerClient('not-there');
  await expect(new BlobLedger(async () => container).append(entryOf('0', 1, 2))).rejects.toMatchObject({
    code: 'storage.unavailable',
    retryable: true,
  });
});
