import { type Container, CosmosClient } from '@azure/cosmos';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CosmosServer, startCosmosServer } from '../../local/cosmos/cosmos-server.ts';
import { CosmosPackedSink } from '../../src/adapters/cosmos-packed-sink.ts';
import { CosmosSink } from '../../src/adapters/cosmos-sink.ts';
import { type ResultsFilter, readResults } from '../../src/cli/read-results.ts';
import { documentId } from '../../src/core/ids.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { partitionKeyOf, type StreamSource } from '../../src/core/source.ts';

/** One container for all: 300 packed scores of one model, then 50 of another by themselves. Every fifth is a failure. */
let server: CosmosServer;
let client: CosmosClient;
let container: Container;

beforeAll(async () => {
  server = await startCosmosServer();
  client = new CosmosClient(server.connectionString);
  const { database } = await client.databases.create({ id: 'scoring' });
  const made = await database.containers.create({ id: 'predictions', partitionKey: { paths: ['/partition'] } });
  container = made.container;
  await new CosmosPackedSink(async () => container).write(range(0, 300).map((n) => documentOf('pump', n)));
  await new CosmosSink(async () => container).write(range(300, 350).map((n) => documentOf('valve', n)));
});
afterAll(async () => {
  client?.dispose();
  await server?.close();
});

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function documentOf(model: string, sequence: number): ScoreDocument {
  const enqueuedAt = new Date(Date.UTC(2026, 10, 21, 3) + sequence * 1_000).toISOString();
  const source: StreamSource = { kind: 'stream', hub: 'telemetry', partition: '0', sequence, enqueuedAt };
  const key = `machine-${sequence % 10}`;
  return {
    id: documentId(source, model),
    partition: partitionKeyOf(source, key),
    key,
    model,
    version: 1,
    modelDigest: 'sha256:00',
    inputDigest: `sha256:${sequence}`,
    source,
    outputs: { label: sequence % 5 === 0 ? 'failure' : 'ok', probability: 0.5 },
  };
}

const sequencesOf = async (filter: ResultsFilter, limit = 1_000) =>
  (await readResults(container, filter, limit)).scores
    .map(({ source }) => (source as StreamSource).sequence)
    .toSorted((a, b) => a - b);

test('both forms are read, each as the same document', async () => {
  const { scores, isCut } = await readResults(container, {}, 1_000);
  expect(isCut).toBe(false);
  const plain = scores.map(({ id, source, outputs, inputDigest }) => ({ id, source, outputs, inputDigest }));
  const wanted = range(0, 350).map((n) => documentOf(n < 300 ? 'pump' : 'valve', n));
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  expect(plain.toSorted(byId)).toEqual(
    wanted.map(({ id, source, outputs, inputDigest }) => ({ id, source, outputs, inputDigest })).toSorted(byId),
  );
});

test.each<[ResultsFilter, (sequence: number) => boolean]>([
  [{ model: 'pump' }, (n) => n < 300],
  [{ model: 'valve' }, (n) => n >= 300],
  [{ key: 'machine-3' }, (n) => n % 10 === 3],
  [{ label: 'failure' }, (n) => n % 5 === 0],
  [{ since: '2026-11-21T03:04:30.000Z' }, (n) => n >= 270],
  [
    { model: 'pump', key: 'machine-5', label: 'failure', since: '2026-11-21T03:01:00.000Z' },
    (n) => n < 300 && n % 10 === 5 && n >= 60,
  ],
  [{ model: 'nobody' }, () => false],
])('%j: those that fit, of both forms', async (filter, isWanted) => {
  expect(await sequencesOf(filter)).toEqual(range(0, 350).filter(isWanted));
});

test('a limit gives so many and says that there are more; it does not where there are exactly so many', async () => {
  expect(await readResults(container, { key: 'machine-3' }, 35)).toMatchObject({ isCut: false });
  const cut = await readResults(container, { key: 'machine-3' }, 34);
  expect([cut.scores.length, cut.isCut]).toEqual([34, true]);
});
