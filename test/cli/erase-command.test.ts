import { type Container, CosmosClient } from '@azure/cosmos';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CosmosServer, startCosmosServer } from '../../local/cosmos/cosmos-server.ts';
import { BlobRecords } from '../../src/adapters/blob-records.ts';
import { BlobSink } from '../../src/adapters/blob-sink.ts';
import { CosmosLatest } from '../../src/adapters/cosmos-latest.ts';
import { CosmosPackedSink } from '../../src/adapters/cosmos-packed-sink.ts';
import { CosmosSink } from '../../src/adapters/cosmos-sink.ts';
import { erase as command } from '../../src/cli/commands/erase.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { documentId } from '../../src/core/ids.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { containers, cosmos } from '../../src/core/resources.ts';
import { partitionKeyOf, type StreamSource } from '../../src/core/source.ts';
import { parkedPath } from '../../src/core/stored-paths.ts';
import type { Sink, StoredRecord } from '../../src/scoring/ports.ts';
import { allBlobs, useBlobStorage } from '../adapters/blob-storage.ts';

const storage = useBlobStorage();
let server: CosmosServer;
let client: CosmosClient;
const blobs = (name: 'deadLetters' | 'parked' | 'results' | 'runs') =>
  storage.service().getContainerClient(containers[name]);
const items = (name: keyof typeof cosmos.containers): Container =>
  client.database(cosmos.database).container(cosmos.containers[name].name);

beforeAll(async () => {
  server = await startCosmosServer();
  client = new CosmosClient(server.connectionString);
  await client.databases.create({ id: cosmos.database });
  for (const name of ['deadLetters', 'parked', 'results', 'runs'] as const) await blobs(name).create();
});
afterAll(async () => {
  client?.dispose();
  await server?.close();
});

const enqueuedAt = '2026-11-21T03:04:05.678Z';
const device = 'm-1';
const deviceOf = (sequence: number) => (sequence % 3 === 1 ? device : `m-${2 + (sequence % 3)}`);

function documentOf(sequence: number, model: string): ScoreDocument {
  const source: StreamSource = { kind: 'stream', hub: 'telemetry', partition: '0', sequence, enqueuedAt };
  const key = deviceOf(sequence);
  return {
    id: documentId(source, model),
    partition: partitionKeyOf(source, key),
    key,
    model,
    version: 1,
    modelDigest: 'sha256:00',
    inputDigest: `sha256:${sequence}`,
    source,
    outputs: { label: 'x'.repeat(100) },
  };
}
const documents = (model: string) => Array.from({ length: 9 }, (_, sequence) => documentOf(sequence, model));

const recordOf = (sequence: number, body: unknown, systemProperties: object = {}, index?: number): StoredRecord => {
  const id = `telemetry~0~${sequence}${index === undefined ? '' : `.${index}`}~${Date.parse(enqueuedAt).toString(36)}~telemetry`;
  return {
    id,
    source: {
      kind: 'stream',
      hub: 'telemetry',
      partition: '0',
      sequence,
      enqueuedAt,
      ...(index !== undefined && { index }),
    },
    route: 'telemetry',
    systemProperties: { ...systemProperties },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    bodyEncoding: 'utf8',
  };
};
const own = [
  recordOf(1, { machineId: device, torque: 'x' }),
  recordOf(2, '{"torque":', { 'iothub-connection-device-id': device }),
  recordOf(3, `{"machineId":"${device}","torque":`),
  recordOf(4, [{ machineId: 'm-2' }, { machineId: device }], {}, 1),
];
const shared = recordOf(5, [{ machineId: 'm-2' }, { machineId: device }], {}, 0);
const others = [recordOf(6, { machineId: 'm-12', torque: 'x' }), recordOf(7, '{"torque":')];

async function write(sink: Sink, all: readonly ScoreDocument[]): Promise<void> {
  for (const { kind } of await sink.write(all)) expect(kind).toBe('created');
}

beforeEach(async () => {
  for (const name of ['predictions', 'latest', 'resends'] as const) {
    await items(name)
      .delete()
      .catch(() => {});
    const { name: id, partitionKey } = cosmos.containers[name];
    await client.database(cosmos.database).containers.create({ id, partitionKey: { paths: [partitionKey] } });
  }
  for (const name of ['deadLetters', 'parked', 'results'] as const) {
    for await (const blob of blobs(name).listBlobsFlat()) await blobs(name).deleteBlob(blob.name);
  }
  await write(new CosmosSink(async () => items('predictions')), documents('single'));
  // So little room that each score has a part of the window for itself.
  await write(new CosmosPackedSink(async () => items('predictions'), { bytesMax: 650 }), documents('packed'));
  await new CosmosLatest(async () => items('latest')).write(documents('single'));
  await items('resends').items.create({ id: 'r', key: device });
  await write(new BlobSink(async () => blobs('results')), documents('blob'));
  for (const name of ['deadLetters', 'parked'] as const) {
    const records = new BlobRecords<StoredRecord>(async () => blobs(name));
    for (const record of [...own, shared, ...others]) await records.write(parkedPath(record), record);
  }
  await blobs('results').getBlockBlobClient('pump/in.csv/run/scores.ndjson').upload(`{"key":"${device}"}\n`, 14);
});

/** Runs the command as the command line does, with what it wrote. */
async function run(options: Record<string, string | boolean>, operands: readonly string[] = []) {
  let [out, notes] = ['', ''];
  const code = await command.run({
    operands,
    options: { storage: storage.connectionString(), cosmos: server.connectionString, ...options },
    terminal: {
      out: (text) => {
        out += `${text}\n`;
      },
      note: (text) => {
        notes += `${text}\n`;
      },
      progress: () => {},
      endProgress: () => {},
      isColoured: false,
    },
  });
  const found = () =>
    Object.fromEntries(
      JSON.parse(out).places.map(({ place, found }: { place: string; found: number }) => [place, found]),
    );
  return { code, out, notes, found };
}

/** Everything that is stored, without the results of files. */
async function stored(): Promise<string> {
  const texts: string[] = [];
  for (const name of ['predictions', 'latest', 'resends'] as const) {
    const { resources } = await items(name).items.query('SELECT * FROM c ORDER BY c.id').fetchAll();
    texts.push(JSON.stringify(resources, (field, value) => (field.startsWith('_') ? undefined : value)));
  }
  for (const name of ['deadLetters', 'parked', 'results'] as const) {
    for (const [path, text] of await allBlobs(blobs(name))) if (!path.includes('in.csv')) texts.push(text);
  }
  return texts.join('\n');
}

const all = {
  parked: 5,
  'dead-letters': 5,
  predictions: 3,
  'predictions, packed': 3,
  latest: 1,
  resends: 1,
  'results of streams': 3,
};

const none = Object.fromEntries(Object.keys(all).map((place) => [place, 0]));
const nobodyThere = 'AccountEndpoint=http://127.0.0.1:1/;AccountKey=AAAA;';

test('without --yes everything is counted, and nothing changes', async () => {
  const before = await stored();
  const { code, found } = await run({ key: device, json: true });
  expect([code, found()]).toEqual([1, all]);
  expect(await stored()).toBe(before);
  const { notes } = await run({ key: device });
  for (const said of ['Say --yes', 'Not touched', 'retention of the hub', '--shared']) expect(notes).toContain(said);
});

test('with --yes and --shared no trace of the device is left, and all of the others is', async () => {
  const { code, found } = await run({ key: device, shared: true, yes: true, json: true });
  expect([code, found()]).toEqual([0, all]);
  const after = await stored();
  expect(after).not.toContain(`"${device}"`);
  expect(after).toContain('"scores":[]');
  for (const { id } of others) expect(after.split(id).length - 1).toBe(2);
  for (const sequence of [0, 2, 3, 5, 6, 8]) {
    expect(after.split(`"sha256:${sequence}"`).length - 1).toBeGreaterThanOrEqual(3);
  }
  expect((await allBlobs(blobs('results'))).has('pump/in.csv/run/scores.ndjson')).toBe(true);
  const again = await run({ key: device, yes: true, json: true });
  expect([again.code, Object.values(again.found()).every((count) => count === 0)]).toEqual([0, true]);
});

test('a record of another device stays, and is named, unless it is asked for', async () => {
  const { code, notes } = await run({ key: device, yes: true });
  expect([code, notes.includes(`${shared.id} stays`)]).toEqual([1, true]);
  expect([...(await allBlobs(blobs('parked'))).keys()].some((path) => path.includes(shared.id))).toBe(true);
});

test('what is packed is found by sinks afterwards as before: a score that comes again is there once', async () => {
  await run({ key: device, shared: true, yes: true });
  const results = await new CosmosPackedSink(async () => items('predictions'), { bytesMax: 650 }).write(
    documents('packed'),
  );
  expect(results.map(({ kind }) => kind)).toEqual(
    documents('packed').map(({ key }) => (key === device ? 'created' : 'existed')),
  );
});

test('with --field a number is a key, and a text elsewhere is none', async () => {
  const records = new BlobRecords<StoredRecord>(async () => blobs('parked'));
  for (const record of [recordOf(20, { deviceNumber: 4711 }), recordOf(21, { deviceNumber: 1, note: '4711' })]) {
    await records.write(parkedPath(record), record);
  }
  const { found } = await run({ key: '4711', field: 'deviceNumber', json: true });
  expect(found()).toMatchObject({ parked: 1 });
});

test('a place that fails costs no other one, is named, and is done by the same command again', async () => {
  const { name: id, partitionKey } = cosmos.containers.latest;
  await items('latest').delete();
  const { code, out } = await run({ key: device, shared: true, yes: true, json: true });
  const { places } = JSON.parse(out) as { places: { place: string; erased: number; stopped?: string }[] };
  expect(code).toBe(1);
  expect(places.filter(({ stopped }) => stopped !== undefined).map(({ place }) => place)).toEqual(['latest']);
  expect(places.map(({ place, erased }) => [place, erased])).toEqual(Object.entries({ ...all, latest: 0 }));
  expect((await run({ key: device, yes: true })).notes).toContain('latest: not gone through to its end: ');

  await client.database(cosmos.database).containers.create({ id, partitionKey: { paths: [partitionKey] } });
  await new CosmosLatest(async () => items('latest')).write(documents('single'));
  const again = await run({ key: device, yes: true, json: true });
  expect([again.code, again.found()]).toEqual([0, { ...none, latest: 1 }]);
});

test('a service that is out of reach is exit code 3, and what the other one held is gone', async () => {
  const { code, out } = await run({ key: device, shared: true, yes: true, json: true, cosmos: nobodyThere });
  const { places } = JSON.parse(out) as { places: { place: string; erased: number; stopped?: string }[] };
  expect(code).toBe(3);
  expect(places.filter(({ stopped }) => stopped === undefined).map(({ erased }) => erased)).toEqual([5, 5, 3]);
  expect(places.filter(({ stopped }) => stopped !== undefined)).toHaveLength(4);
});

test('a run of a file that goes on is named: what it scores is there afterwards', async () => {
  const runId = 'r_0123456789abcdefghijklmnop';
  const record = {
    run: runId,
    source: { container: 'incoming', blob: 'pump/in.csv', etag: '0x1', bytes: 1, lastModified: enqueuedAt },
    folder: `pump/in.csv/${runId}`,
    startedAt: enqueuedAt,
  };
  const text = JSON.stringify(record);
  await blobs('runs').getBlockBlobClient(`${runId}/run.json`).upload(text, text.length);
  const { code, notes } = await run({ key: device, shared: true, yes: true });
  expect([code, notes.includes(`${runId} (pump/in.csv)`)]).toEqual([1, true]);

  const report = JSON.stringify({ run: runId, state: 'succeeded', rows: 1, scored: 1, rejected: 0, parts: 1 });
  await blobs('results').getBlockBlobClient(`${record.folder}/report.json`).upload(report, report.length);
  const last = await run({ key: device, yes: true });
  expect([last.code, last.notes.includes('Nothing of it is left')]).toEqual([0, true]);
});

test('a scan that is cut short says so', async () => {
  const { code, notes } = await run({ key: 'nobody', scan: '3' });
  expect([code, notes.includes('Not all of dead-letters was read')]).toEqual([1, true]);
});

test.each([
  [{}, []],
  [{ key: '' }, []],
  [{ key: device, scan: 'all' }, []],
  [{ key: device }, ['machine-7']],
])('wrong usage is refused, and nothing is deleted: %j %j', async (options, operands) => {
  const before = await stored();
  await expect(run({ ...options, yes: true }, operands)).rejects.toThrow(UsageError);
  expect(await stored()).toBe(before);
});

test('one service of the twin is not mixed with another of Azure', async () => {
  const call = { operands: [], options: { key: device, storage: 'mydata', yes: true } };
  await expect(command.run({ ...call, terminal: undefined as never })).rejects.toThrow('--cosmos');
});
