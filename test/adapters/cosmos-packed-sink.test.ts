import { type Container, CosmosClient } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CosmosServer, startCosmosServer } from '../../local/cosmos/cosmos-server.ts';
import { noFaults } from '../../local/faults/fault-plan.ts';
import { CosmosPackedSink } from '../../src/adapters/cosmos-packed-sink.ts';
import { CosmosSink } from '../../src/adapters/cosmos-sink.ts';
import { cosmosPlaces } from '../../src/adapters/reconcile/stored-places.ts';
import { documentId } from '../../src/core/ids.ts';
import { unpackScores } from '../../src/core/outputs/pack-scores.ts';
import { type PackedScores, packedScoresSchema } from '../../src/core/outputs/packed-scores.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { countBy } from '../../src/core/receipt.ts';
import { partitionKeyOf, type StreamSource } from '../../src/core/source.ts';
import type { Sink } from '../../src/scoring/ports.ts';

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
  const id = `packed-${++made}`;
  return (await client.database('scoring').containers.create({ id, partitionKey: { paths: ['/partition'] } }))
    .container;
}

const enqueuedAt = '2026-11-21T03:04:05.678Z';

function documentOf(
  sequence: number,
  { at = {}, ...changes }: Partial<ScoreDocument> & { readonly at?: Partial<StreamSource> } = {},
): ScoreDocument {
  const source: StreamSource = { kind: 'stream', hub: 'telemetry', partition: '0', sequence, enqueuedAt, ...at };
  const key = `p-${sequence % 7}`;
  return {
    id: documentId(source, 'pump'),
    partition: partitionKeyOf(source, key),
    key,
    model: 'pump',
    version: 1,
    modelDigest: 'sha256:00',
    inputDigest: `sha256:${sequence}`,
    source,
    outputs: { label: 'good', probability: 0.5 },
    ...changes,
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const documents = (from: number, to: number) => range(from, to).map((sequence) => documentOf(sequence));
const items = async (container: Container) =>
  (await container.items.query<PackedScores>('SELECT * FROM c ORDER BY c.id').fetchAll()).resources;
const stored = async (container: Container) => (await items(container)).flatMap(unpackScores);
const tally = (results: readonly { kind: string }[]) => countBy(results.map(({ kind }) => kind));
const byId = (all: readonly ScoreDocument[]) => all.toSorted((a, b) => (a.id < b.id ? -1 : 1));

test('about a hundred scores share an item, by windows of fixed borders, and come out as they went in', async () => {
  const container = await newContainer();
  const sink = new CosmosPackedSink(async () => container);
  const all = documents(290, 510);
  expect(tally(await sink.write(all.toReversed()))).toEqual({ created: 220 });
  const written = await items(container);
  expect(written.map(({ id, scores }) => [id, scores.length])).toEqual([
    ['packed~telemetry~0~200~2026-11-21T03~pump~0', 10],
    ['packed~telemetry~0~300~2026-11-21T03~pump~0', 100],
    ['packed~telemetry~0~400~2026-11-21T03~pump~0', 100],
    ['packed~telemetry~0~500~2026-11-21T03~pump~0', 10],
  ]);
  for (const item of written) {
    packedScoresSchema.parse(item);
    expect(item.partition).toBe('telemetry~0~2026-11-21T03');
    const sequences = item.scores.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  }
  expect(byId(await stored(container))).toEqual(byId(all));
});

test('a redelivered batch with other borders adds nothing twice, and changes nothing that is there', async () => {
  const container = await newContainer();
  const sink = new CosmosPackedSink(async () => container);
  await sink.write(documents(0, 160));
  const again = documents(80, 240).map((document) => ({ ...document, outputs: { label: 'bad' } }));
  expect(tally(await sink.write(again))).toEqual({ existed: 80, created: 80 });
  const labels = countBy((await stored(container)).map(({ outputs }) => String(outputs.label)));
  expect(labels).toEqual({ good: 160, bad: 80 });
  server.traffic.reset();
  expect(tally(await sink.write(documents(0, 240)))).toEqual({ existed: 240 });
  expect(server.traffic.counts.writes).toBe(0);
});

test('the same id with another input is a fault of that document alone; between versions the first wins', async () => {
  const container = await newContainer();
  const sink = new CosmosPackedSink(async () => container);
  await sink.write(documents(0, 3));
  const results = await sink.write([
    documentOf(0),
    documentOf(1, { inputDigest: 'sha256:other' }),
    documentOf(2, { inputDigest: 'sha256:other', version: 2, modelDigest: 'sha256:02' }),
    documentOf(3, { version: 2, modelDigest: 'sha256:02' }),
  ]);
  expect(results.map(({ kind }) => kind)).toEqual(['existed', 'fault', 'existed', 'created']);
  expect(results[1]).toMatchObject({
    fault: { code: 'id.conflict', expected: 'sha256:1', got: 'sha256:other' },
  });
  expect((await stored(container)).map(({ version, modelDigest }) => [version, modelDigest])).toEqual([
    [1, 'sha256:00'],
    [1, 'sha256:00'],
    [1, 'sha256:00'],
    [2, 'sha256:02'],
  ]);
});

test('writers of one window lose nothing of each other, however they race', async () => {
  const container = await newContainer();
  const sinks = range(0, 4).map(() => new CosmosPackedSink(async () => container));
  const results = await Promise.all(sinks.map((sink, i) => sink.write(documents(i * 20, i * 20 + 40))));
  expect(results.flat().every(({ kind }) => kind === 'created' || kind === 'existed')).toBe(true);
  expect((await stored(container)).map(({ source }) => (source as StreamSource).sequence)).toEqual(range(0, 100));
});

describe('a window that would burst goes on in further parts', () => {
  const bytesMax = 20_000;
  const large = (sequence: number) => documentOf(sequence, { outputs: { value: 'x'.repeat(4_000) } });

  test('none of which is larger than it may be, and each score is in one of them', async () => {
    const container = await newContainer();
    const sink = new CosmosPackedSink(async () => container, { bytesMax });
    for (const from of [0, 3, 11, 12]) await sink.write(range(from, from + 8).map(large));
    const written = await items(container);
    expect(written.map(({ id }) => id.at(-1))).toEqual(['0', '1', '2', '3', '4']);
    expect(written.map(({ continued }) => continued === true)).toEqual([true, true, true, true, false]);
    for (const { _rid, _self, _etag, _attachments, _ts, ...item } of written as (PackedScores &
      Record<string, unknown>)[])
      expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThanOrEqual(bytesMax);
    expect(byId(await stored(container))).toEqual(byId(range(0, 20).map(large)));
  });

  test('also when several write it at once', async () => {
    const container = await newContainer();
    const sinks = range(0, 3).map(() => new CosmosPackedSink(async () => container, { bytesMax }));
    await Promise.all(sinks.map((sink, i) => sink.write(range(i * 4, i * 4 + 12).map(large))));
    expect(byId(await stored(container))).toEqual(byId(range(0, 20).map(large)));
  });

  test('a score that fits no item is refused for good before anything is sent, the others are written', async () => {
    const container = await newContainer();
    const sink = new CosmosPackedSink(async () => container, { bytesMax });
    const huge = documentOf(1, { outputs: { value: 'x'.repeat(bytesMax) } });
    const results = await sink.write([documentOf(0), huge, documentOf(2)]);
    expect(results.map(({ kind }) => kind)).toEqual(['created', 'fault', 'created']);
    expect(results[1]).toMatchObject({ fault: { code: 'sink.refused', path: '' } });
  });
});

test('what the service refuses for good takes nobody else of its window with it', async () => {
  const container = await newContainer();
  // Larger than the service takes, by a limit that is set too high here.
  const sink = new CosmosPackedSink(async () => container, { bytesMax: 8 << 20 });
  const huge = documentOf(5, { outputs: { value: 'x'.repeat(2_200_000) } });
  const results = await sink.write([...documents(0, 5), huge, ...documents(6, 40)]);
  expect(tally(results)).toEqual({ created: 39, fault: 1 });
  expect(results[5]).toMatchObject({ kind: 'fault', fault: { code: 'sink.refused' } });
  expect(await stored(container)).toHaveLength(39);
});

test('what a partition already holds when it is full has its place; only what is new has none', async () => {
  const container = await newContainer();
  const sink = new CosmosPackedSink(async () => container);
  await sink.write(documents(0, 30));
  server.faults.use({ seed: 1, rules: [{ service: 'cosmos', on: 'writes', fault: { kind: 'partition-full' } }] });
  try {
    expect(tally(await sink.write(documents(0, 30)))).toEqual({ existed: 30 });
    const results = await sink.write(documents(28, 33));
    expect(results.map(({ kind }) => kind)).toEqual(['existed', 'existed', 'fault', 'fault', 'fault']);
    expect(results[2]).toMatchObject({ fault: { code: 'sink.partition_full' } });
  } finally {
    server.faults.use(noFaults);
  }
  expect(await stored(container)).toHaveLength(30);
});

test('hundreds of records of one event, a hub that was made anew and an hour that ends have windows of their own', async () => {
  const container = await newContainer();
  const sink = new CosmosPackedSink(async () => container);
  const list = range(0, 250).map((index) => documentOf(7, { at: { index } }));
  const anew = documentOf(7, { at: { index: 3, enqueuedAt: '2026-11-21T03:59:59.999Z' } });
  const nextHour = documentOf(7, { at: { enqueuedAt: '2026-11-21T04:00:00.000Z' } });
  const all = [...list, anew, nextHour];
  expect(tally(await sink.write(all))).toEqual({ created: 252 });
  expect((await items(container)).map(({ id, scores }) => [id, scores.length])).toEqual([
    ['packed~telemetry~0~0~2026-11-21T04~pump~0', 1],
    ['packed~telemetry~0~7.0~2026-11-21T03~pump~0', 101],
    ['packed~telemetry~0~7.100~2026-11-21T03~pump~0', 100],
    ['packed~telemetry~0~7.200~2026-11-21T03~pump~0', 50],
  ]);
  expect(byId(await stored(container))).toEqual(byId(all));
});

test('a thousand scores cost less than a tenth of what they cost by themselves', async () => {
  const costOf = async (make: (container: Container) => Sink) => {
    const sink = make(await newContainer());
    server.traffic.reset();
    for (let from = 0; from < 1_000; from += 256) await sink.write(documents(from, Math.min(1_000, from + 256)));
    return server.traffic.counts.charge;
  };
  const single = await costOf((container) => new CosmosSink(async () => container));
  expect(await costOf((container) => new CosmosPackedSink(async () => container))).toBeLessThan(single / 10);
});

test('whoever reconciles finds packed documents and others alike, of the hub and time that are asked for', async () => {
  const container = await newContainer();
  const later = '2026-11-21T03:30:00.000Z';
  const list = [0, 1].map((index) => documentOf(5, { at: { index } }));
  await new CosmosPackedSink(async () => container).write([
    ...documents(98, 103),
    ...list,
    documentOf(104, { at: { enqueuedAt: later } }),
    documentOf(1, { at: { hub: 'other' } }),
  ]);
  await new CosmosSink(async () => container).write([documentOf(200), documentOf(201, { at: { enqueuedAt: later } })]);
  const placesOf = async (since?: string) =>
    (await cosmosPlaces(container, { hub: 'telemetry', since }))
      .toSorted((a, b) => a.sequence - b.sequence || (a.index ?? 0) - (b.index ?? 0))
      .map(({ sequence, index }) => (index === undefined ? sequence : `${sequence}.${index}`));
  expect(await placesOf()).toEqual(['5.0', '5.1', 98, 99, 100, 101, 102, 104, 200, 201]);
  expect(await placesOf(later)).toEqual([104, 201]);
  const [first] = await cosmosPlaces(container, { hub: 'other', since: undefined });
  expect(first).toEqual({ kind: 'document', partition: '0', sequence: 1, enqueuedAt });
});

describe('what may heal is an error, and a repetition completes it', () => {
  test('writes that come through without an answer', async () => {
    const container = await newContainer();
    const sink = new CosmosPackedSink(async () => container);
    server.faults.use({
      seed: 3,
      rules: [{ service: 'cosmos', on: 'writes', fault: { kind: 'truncate' }, share: 0.5 }],
    });
    try {
      let results = await sink.write(documents(0, 1_000));
      for (let i = 0; i < 20 && tally(results).error !== undefined; i++)
        results = await sink.write(documents(0, 1_000));
      expect(tally(results)).not.toHaveProperty('error');
    } finally {
      server.faults.use(noFaults);
    }
    expect(byId(await stored(container))).toEqual(byId(documents(0, 1_000)));
  });

  test('a container that is not there, settings that are missing', async () => {
    const missing = client.database('scoring').container('not-there');
    expect(await new CosmosPackedSink(async () => missing).write([documentOf(1)])).toMatchObject([
      { kind: 'error', error: { code: 'sink.unavailable', retryable: true } },
    ]);
    const open = () => Promise.reject(new Error('no setting'));
    expect(await new CosmosPackedSink(open).write(documents(0, 2))).toMatchObject([
      { kind: 'error' },
      { kind: 'error' },
    ]);
  });
});
