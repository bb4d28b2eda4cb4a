import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Container, CosmosClient } from '@azure/cosmos';
import { EventHubProducerClient } from '@azure/event-hubs';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendDemoEvents, until } from '../../local/demo/demo-events.ts';
import { startTwin, type Twin } from '../../local/twin.ts';
import { documentId, readDocumentId } from '../../src/core/ids.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { cosmos, eventHubs } from '../../src/core/resources.ts';
import type { HubAccount } from '../../src/scoring/reconcile/reconcile.ts';
import { runInProcess } from '../cli/run-in-process.ts';
import { readings } from '../scoring/bundled-model.ts';

const events = 2_000;
let folder: string;
let twin: Twin;
let client: CosmosClient;
let predictions: Container;
let blobs: BlobServiceClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-reconcile-'));
  twin = await startTwin({ folder });
  client = new CosmosClient(twin.connections.cosmos);
  predictions = client.database(cosmos.database).container(cosmos.containers.predictions.name);
  blobs = BlobServiceClient.fromConnectionString(twin.connections.storage);
  await sendDemoEvents(twin.connections.events, {
    events,
    machines: 20,
    eventsPerSecond: 4_000,
    seed: 5,
    onProgress: () => {},
  });
  const producer = new EventHubProducerClient(twin.connections.events, eventHubs.telemetry.name);
  try {
    await producer.sendBatch([{ body: readings(3) }], { partitionId: '1' });
  } finally {
    await producer.close();
  }
}, 60_000);
afterAll(async () => {
  client?.dispose();
  await twin?.close();
  await rm(folder, { recursive: true, force: true });
});

/** `sluice reconcile --json`. */
async function reconcile(...args: string[]): Promise<{ code: number; account: HubAccount; err: string }> {
  const { code, out, err } = await runInProcess(['reconcile', '--json', ...args], { twinFolder: folder });
  return { code, account: out === '' ? undefined : JSON.parse(out), err };
}

const total = ({ partitions }: HubAccount, count: 'received' | 'documents' | 'deadLetters' | 'waiting') =>
  partitions.reduce((sum, each) => sum + each[count], 0);
const findings = ({ partitions }: HubAccount) =>
  partitions.flatMap(({ partition, gaps, doubles, unreceipted }) =>
    [...gaps, ...doubles, ...unreceipted].map((position) => `${partition}: ${position}`),
  );
const anyDocument = async () =>
  (
    await predictions.items
      .query<ScoreDocument>('SELECT TOP 1 * FROM c WHERE NOT IS_DEFINED(c.source["index"])')
      .fetchAll()
  ).resources[0] as ScoreDocument & { source: { partition: string; sequence: number } };
const ledgerBlobs = () => blobs.getContainerClient('ledger');

test('a run in which all went well is sound: documents, dead letters and what was passed over are all there is', async () => {
  await until(
    'an account without events that wait',
    async () => total((await reconcile()).account, 'waiting') === 0,
    30_000,
    500,
  );
  const { code, account, err } = await reconcile();
  expect([code, err, findings(account), account.isSound]).toEqual([0, '', [], true]);
  expect(total(account, 'received')).toBe(events + 1);
  expect(total(account, 'deadLetters')).toBeGreaterThan(0);
  expect(account.partitions.reduce((sum, { skipped }) => sum + (skipped.twinChangeEvents ?? 0), 0)).toBe(3);
  expect(total(account, 'documents')).toBe(events + 3 - 3 - total(account, 'deadLetters'));
});

describe('what somebody did by hand is found, and named', () => {
  /** Does something, looks what the account says, and undoes it. */
  async function withHand(spoil: () => Promise<() => Promise<unknown>>): Promise<string[]> {
    const mend = await spoil();
    try {
      const { code, account } = await reconcile();
      expect(code).toBe(1);
      return findings(account);
    } finally {
      await mend();
    }
  }

  test('a document removed', async () => {
    const document = await anyDocument();
    const found = await withHand(async () => {
      await predictions.item(document.id, document.partition).delete();
      return () => predictions.items.create(document);
    });
    expect(found).toEqual([`${document.source.partition}: ${document.source.sequence}`]);
  });

  test('a dead letter beside a document, and a second document', async () => {
    const document = await anyDocument();
    const { partition, sequence } = document.source;
    const letter = blobs
      .getContainerClient('dead-letters')
      .getBlockBlobClient(`json.malformed/2026-11-21/${documentId(document.source, 'telemetry')}.json`);
    const second = { ...document, id: documentId(document.source, 'other'), model: 'other' };
    const found = await withHand(async () => {
      await letter.upload('{}', 2);
      await predictions.items.create(second);
      return () => Promise.all([letter.delete(), predictions.item(second.id, second.partition).delete()]);
    });
    expect(found).toEqual([`${partition}: ${sequence} (document, document, deadLetter)`]);
  });

  test('a receipt cut out of the ledger, and a line broken', async () => {
    const [name, text] = await firstBlob(ledgerBlobs());
    const lines = text.trimEnd().split('\n');
    const { partition, from, to } = JSON.parse(lines[0] as string);
    const found = await withHand(async () => {
      await rewrite(
        name,
        lines
          .slice(1)
          .map((line) => `${line}\n`)
          .join(''),
      );
      return () => rewrite(name, text);
    });
    expect(found).toEqual([`${partition}: ${from === to ? from : `${from}-${to}`}`]);
    await rewrite(name, text.slice(0, -20));
    const { code, account } = await reconcile();
    expect([code, account.brokenLines]).toEqual([1, [`${name} line ${lines.length}`]]);
    await rewrite(name, text);
    expect((await reconcile()).code).toBe(0);
  });

  async function firstBlob(container: ContainerClient): Promise<[string, string]> {
    for await (const { name } of container.listBlobsFlat()) {
      return [name, (await container.getBlobClient(name).downloadToBuffer()).toString()];
    }
    throw new Error('the ledger is empty');
  }
  async function rewrite(name: string, text: string): Promise<void> {
    const blob = ledgerBlobs().getAppendBlobClient(name);
    await blob.create();
    await blob.appendBlock(text, Buffer.byteLength(text));
  }
});

test('--since asks for the rest of the stream only', async () => {
  const { resources } = await predictions.items
    .query<string>('SELECT VALUE c.id FROM c ORDER BY c.source.enqueuedAt')
    .fetchAll();
  const middle = readDocumentId(resources[Math.floor(resources.length / 2)] as string)?.source;
  const since = middle?.kind === 'stream' ? middle.enqueuedAt : '';
  const { code, account } = await reconcile('--since', since);
  expect([code, findings(account)]).toEqual([0, []]);
  const later = resources.filter((id) => {
    const source = readDocumentId(id)?.source;
    return source?.kind === 'stream' && source.enqueuedAt >= since;
  });
  expect(total(account, 'documents')).toBe(later.length);
  const future = await reconcile('--since', '2999-01-01T00:00:00Z');
  expect([future.code, total(future.account, 'received')]).toEqual([0, 0]);
});

test.each([
  ['--since yesterday', /--since is a time/],
  ['--sink kafka', /--sink is cosmos or blob/],
  ['--storage mydata', /Say --cosmos and --events as well/],
  ['more', /one word too many/],
])('used wrongly: %s', async (args, message) => {
  const { code, err } = await reconcile(...args.split(' '));
  expect([code, err]).toEqual([2, expect.stringMatching(message)]);
});
