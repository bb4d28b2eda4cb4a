/** What the service's own troubles come to, document by document, through the real client. */
import { CosmosClient } from '@azure/cosmos';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { checkFaultPlan, type Fault, noFaults } from '../../local/faults/fault-plan.ts';
import { CosmosSink } from '../../src/adapters/cosmos-sink.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import type { SinkResult } from '../../src/scoring/ports.ts';
import { query, useCosmos } from '../local/cosmos/cosmos-fixture.ts';

const cosmos = useCosmos();
/** A client that tries nothing twice: what the service said is what the sink sees. */
let once: CosmosClient;
beforeAll(() => {
  once = new CosmosClient({
    connectionString: cosmos.server.connectionString,
    connectionPolicy: { enableEndpointDiscovery: false, retryOptions: { maxRetryAttemptCount: 0 } },
  });
});
afterAll(() => once?.dispose());
afterEach(() => cosmos.server.faults.use(noFaults));

const documentOf = (n: number, partition: string): ScoreDocument => ({
  id: `telemetry~0~${n}~x~pump`,
  partition,
  model: 'pump',
  version: 1,
  modelDigest: 'sha256:00',
  inputDigest: `sha256:${n}`,
  source: { kind: 'stream', hub: 'telemetry', partition: '0', sequence: n, enqueuedAt: '2026-11-21T03:04:05.678Z' },
  outputs: { value: n },
});
const documents = (count: number, partition = 'p') => Array.from({ length: count }, (_, n) => documentOf(n, partition));

const wrong = (fault: Fault, times?: number) =>
  cosmos.server.faults.use(
    checkFaultPlan({ seed: 1, rules: [{ service: 'cosmos', on: 'writes', fault, ...(times && { times }) }] }),
  );

async function newSink(requestTimeoutMs = 20_000) {
  const { id } = await cosmos.newContainer({ partitionKey: { paths: ['/partition'] } });
  const container = once.database('shop').container(id);
  // The client learns of the container once; only what it writes is to go wrong.
  await container.read();
  const sink = new CosmosSink(async () => container, { requestTimeoutMs });
  const stored = async () => (await query(container, 'SELECT VALUE c.id FROM c')).toSorted();
  return { sink, stored };
}

const idsOf = (all: readonly ScoreDocument[], results: readonly SinkResult[], kind: SinkResult['kind']) =>
  all.filter((_, i) => results[i]?.kind === kind).map(({ id }) => id);

test.each([1, 3])(
  'a database that slows us down says for how long, and it is passed on (%i documents)',
  async (count) => {
    const { sink } = await newSink();
    wrong({ kind: 'throttle', retryAfterMs: [1_234, 1_234] });
    const slowedDown = { kind: 'error', error: { code: 'sink.throttled', retryable: true, retryAfterMs: 1_234 } };
    expect(await sink.write(documents(count))).toMatchObject(Array(count).fill(slowedDown));
  },
);

test.each([1, 3])('a full partition is a fault of its own, by its name (%i documents)', async (count) => {
  const { sink, stored } = await newSink();
  wrong({ kind: 'partition-full' });
  const fault = { kind: 'fault', fault: { code: 'sink.partition_full' } };
  expect(await sink.write(documents(count))).toMatchObject(Array(count).fill(fault));
  expect(await stored()).toEqual([]);
});

test.each([1, 3])('what a partition already holds when it is full has its place (%i documents)', async (count) => {
  const { sink } = await newSink();
  await sink.write(documents(count));
  wrong({ kind: 'partition-full' });
  expect(await sink.write(documents(count))).toMatchObject(Array(count).fill({ kind: 'existed' }));
});

test.each([
  [408, 'sink.unavailable'],
  [410, 'sink.unavailable'],
  [449, 'sink.unavailable'],
  [503, 'sink.unavailable'],
  [429, 'sink.throttled'],
])('%i may heal, and the next try writes', async (status, code) => {
  const { sink, stored } = await newSink();
  wrong({ kind: 'status', status });
  const [a, b, c] = documents(3, 'p') as [ScoreDocument, ScoreDocument, ScoreDocument];
  const all = [a, b, { ...c, partition: 'q' }];
  expect(await sink.write(all)).toMatchObject(all.map(() => ({ kind: 'error', error: { code, retryable: true } })));
  expect(await stored()).toEqual([]);
  cosmos.server.faults.use(noFaults);
  expect((await sink.write(all)).map(({ kind }) => kind)).toEqual(['created', 'created', 'created']);
});

test('another 403 than that of a full partition may heal: access that is granted a minute later', async () => {
  const denied = Object.assign(new Error('Request blocked by network firewall'), { code: 403 });
  const create = () => Promise.reject(denied);
  const sink = new CosmosSink(async () => ({ items: { create } }) as never);
  expect(await sink.write(documents(1))).toMatchObject([{ kind: 'error', error: { code: 'sink.unavailable' } }]);
});

test('of a bulk answer (207) every item is read: what failed is an error, what went through is there', async () => {
  const { sink, stored } = await newSink();
  const all = documents(2_000).map((document, n) => ({ ...document, partition: `p-${n % 5}` }));
  wrong({ kind: 'some-items' }, 1);
  const results = await sink.write(all);
  const created = idsOf(all, results, 'created');
  expect(await stored()).toEqual(created.toSorted());
  expect(created.length + idsOf(all, results, 'error').length).toBe(all.length);
  cosmos.server.faults.use(noFaults);
  const again = await sink.write(all);
  expect(new Set(again.map(({ kind }) => kind))).toEqual(new Set(['created', 'existed']));
  expect(await stored()).toHaveLength(all.length);
});

test('a transactional batch of which one operation fails (207) is no success of the others', async () => {
  const { sink, stored } = await newSink();
  wrong({ kind: 'some-items' }, 1);
  const all = documents(20);
  const results = await sink.write(all);
  expect(await stored()).toEqual(idsOf(all, results, 'created').toSorted());
});

test.each(['lost-answer', 'truncate'] as const)(
  'an answer that does not arrive whole (%s) is no answer; the next try finds the document and lets it be',
  async (kind) => {
    const { sink, stored } = await newSink();
    wrong({ kind }, 4);
    const [result] = await sink.write(documents(1));
    expect(['created', 'existed', 'error']).toContain(result?.kind);
    cosmos.server.faults.use(noFaults);
    expect(await sink.write(documents(1))).toEqual([{ kind: 'existed' }]);
    expect(await stored()).toHaveLength(1);
  },
);

test('a request that is not answered is given up in time', async () => {
  const { sink } = await newSink(300);
  wrong({ kind: 'slow', delayMs: [8_000, 8_000] });
  const started = performance.now();
  const results = await sink.write([documentOf(1, 'p'), documentOf(2, 'q'), documentOf(3, 'q')]);
  expect(results.map(({ kind }) => kind)).toEqual(['error', 'error', 'error']);
  expect(performance.now() - started).toBeLessThan(4_000);
});
