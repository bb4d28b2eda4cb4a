import { type Container, CosmosClient } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CosmosServer, startCosmosServer } from '../../local/cosmos/cosmos-server.ts';
import { CosmosSink } from '../../src/adapters/cosmos-sink.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { countBy } from '../../src/core/receipt.ts';

let server: CosmosServer;
let client: CosmosClient;
let made = 0;

beforeAll(async () => {
  server = await startCosmosServer();
  client = new CosmosClient(server.connectionString);
  await client.databases.create({ id: 'scoring' });
});
afterAll(async () => {
  client?.dispose();
  await server?.close();
});

async function newContainer(): Promise<Container> {
  const id = `predictions-${++made}`;
  return (await client.database('scoring').containers.create({ id, partitionKey: { paths: ['/partition'] } }))
    .container;
}

const documentOf = (n: number, changes: Partial<ScoreDocument> = {}): ScoreDocument => ({
  id: `telemetry~0~${n}~x~pump`,
  partition: `p-${n % 7}~2026-11-21`,
  model: 'pump',
  version: 1,
  modelDigest: 'sha256:00',
  inputDigest: `sha256:${n}`,
  source: { kind: 'stream', hub: 'telemetry', partition: '0', sequence: n, enqueuedAt: '2026-11-21T03:04:05.678Z' },
  outputs: { value: n },
  ...changes,
});

const documents = (count: number) => Array.from({ length: count }, (_, n) => documentOf(n));
const stored = async (container: Container) =>
  (await container.items.query<ScoreDocument>('SELECT * FROM c').fetchAll()).resources;
/** How many results there are of each kind. */
const tally = (results: readonly { kind: string }[]) => countBy(results.map(({ kind }) => kind));

test.each([1, 5, 256, 2_500])('%i documents are created, each once', async (count) => {
  const container = await newContainer();
  const sink = new CosmosSink(async () => container);
  expect(tally(await sink.write(documents(count)))).toEqual({ created: count });
  expect((await stored(container)).map(({ id }) => id).sort()).toEqual(
    documents(count)
      .map(({ id }) => id)
      .sort(),
  );
});

test.each([1, 256, 2_500])('%i documents that are there already are done, and stay as they were', async (count) => {
  const container = await newContainer();
  const sink = new CosmosSink(async () => container);
  await sink.write(documents(count));
  const before = (await stored(container)).map(({ id, outputs }) => [id, outputs]);
  const again = documents(count).map((document) => ({ ...document, outputs: { value: -1 } }));
  expect(tally(await sink.write(again))).toEqual({ existed: count });
  expect((await stored(container)).map(({ id, outputs }) => [id, outputs])).toEqual(before);
});

test('a batch that was half written is completed', async () => {
  const container = await newContainer();
  const sink = new CosmosSink(async () => container);
  await sink.write(documents(300).filter((_, n) => n % 3 === 0));
  expect(tally(await sink.write(documents(300)))).toEqual({ existed: 100, created: 200 });
  expect(await stored(container)).toHaveLength(300);
});

test.each([2, 2_100])(
  'the same id with another input is a fault of that document alone (%i documents)',
  async (count) => {
    const container = await newContainer();
    const sink = new CosmosSink(async () => container);
    await sink.write([documentOf(1)]);
    const changed = documents(count).map((document, n) =>
      n === 1 ? documentOf(1, { inputDigest: 'sha256:other' }) : document,
    );
    const results = await sink.write(changed);
    expect(results[1]).toEqual({
      kind: 'fault',
      fault: { code: 'id.conflict', path: '', expected: 'sha256:1', got: 'sha256:other' },
    });
    expect(tally(results)).toEqual({ created: count - 1, fault: 1 });
  },
);

test('between versions of a model the first document wins', async () => {
  const container = await newContainer();
  const sink = new CosmosSink(async () => container);
  await sink.write([documentOf(1)]);
  const [result] = await sink.write([
    documentOf(1, { version: 2, modelDigest: 'sha256:02', inputDigest: 'sha256:other' }),
  ]);
  expect(result).toEqual({ kind: 'existed' });
  expect((await stored(container))[0]).toMatchObject({ version: 1 });
});

test('a document that is too large is refused for good, the others are written', async () => {
  const container = await newContainer();
  const sink = new CosmosSink(async () => container);
  const large = documentOf(1, { outputs: { value: 'x'.repeat(2_200_000) } });
  const results = await sink.write([documentOf(0), large, documentOf(8)]);
  expect(results.map(({ kind }) => kind)).toEqual(['created', 'fault', 'created']);
  expect(results[1]).toMatchObject({ fault: { code: 'sink.refused' } });
});

test('what no Cosmos DB would take is refused before anything is sent: too large a document, too long an id', async () => {
  const container = await newContainer();
  const sink = new CosmosSink(async () => container);
  const large = documentOf(1, { outputs: { value: 'x'.repeat(2_200_000) } });
  const long = documentOf(2, { id: 'ü'.repeat(512) });
  server.traffic.reset();
  const results = await sink.write([large, long]);
  expect(results).toMatchObject([
    { kind: 'fault', fault: { code: 'sink.refused', path: '', got: expect.stringMatching(/^22\d{5}$/) } },
    { kind: 'fault', fault: { code: 'sink.refused', path: '/id', got: '1024' } },
  ]);
  expect(server.traffic.counts.writes).toBe(0);
  expect(await sink.write([documentOf(3, { id: 'x'.repeat(1_023) })])).toEqual([{ kind: 'created' }]);
});

test('while the service is slow no more than the bound is under way, however much there is to write', async () => {
  const container = await newContainer();
  const sink = new CosmosSink(async () => container);
  server.faults.use({
    seed: 1,
    rules: [{ service: 'cosmos', on: 'writes', fault: { kind: 'slow', delayMs: [50, 100] } }],
  });
  server.traffic.reset();
  const each = Array.from({ length: 200 }, (_, n) => documentOf(n, { partition: `p-${n}` }));
  expect(tally(await sink.write(each))).toEqual({ created: 200 });
  server.faults.use({ seed: 1, rules: [] });
  expect(server.traffic.counts.underWayMax).toBe(32);
});

test('large documents of one partition do not fill a batch beyond what the service takes', async () => {
  const container = await newContainer();
  const sink = new CosmosSink(async () => container);
  const large = Array.from({ length: 60 }, (_, n) => documentOf(7 * n, { outputs: { value: 'x'.repeat(100_000) } }));
  expect(tally(await sink.write(large))).toEqual({ created: 60 });
});

describe('what may heal is an error', () => {
  test('a container that is not there', async () => {
    const missing = client.database('scoring').container('not-there');
    expect(await new CosmosSink(async () => missing).write([documentOf(1)])).toMatchObject([
      { kind: 'error', error: { code: 'sink.unavailable', retryable: true } },
    ]);
  });

  test('settings that are missing', async () => {
    const open = () => Promise.reject(new Error('no setting'));
    expect(await new CosmosSink(open).write(documents(3))).toMatchObject([
      { kind: 'error' },
      { kind: 'error' },
      { kind: 'error' },
    ]);
  });

  test('a server that does not answer', async () => {
    const gone = await startCosmosServer();
    const connection = gone.connectionString;
    await gone.close();
    const lonely = new CosmosClient({
      connectionString: connection,
      connectionPolicy: { retryOptions: { maxRetryAttemptCount: 0 } },
    });
    try {
      const container = lonely.database('scoring').container('predictions');
      expect(await new CosmosSink(async () => container, { requestTimeoutMs: 500 }).write(documents(9))).toMatchObject(
        documents(9).map(() => ({ kind: 'error', error: { code: 'sink.unavailable' } })),
      );
    } finally {
      lonely.dispose();
    }
  });
});

test('nothing to write asks nobody', async () => {
  expect(await new CosmosSink(() => Promise.reject(new Error('asked'))).write([])).toEqual([]);
});
