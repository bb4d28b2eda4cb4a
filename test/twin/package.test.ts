import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Container, CosmosClient } from '@azure/cosmos';
import { EventHubProducerClient } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { timeFirstScore } from '../../bench/first-score.ts';
import { until } from '../../local/demo/demo-events.ts';
import { startTwin, type Twin } from '../../local/twin.ts';
import { type AppPackage, makePackage } from '../../scripts/package/make-package.ts';
import { unpackInto } from '../../scripts/package/unpack.ts';
import { checkGoldenRows } from '../../src/adapters/releases/golden-rows.ts';
import { ZipFiles } from '../../src/adapters/releases/zip-files.ts';
import { sendEvents } from '../../src/cli/event-sender.ts';
import { uploadFile, waitForRun } from '../../src/cli/file-upload.ts';
import { cosmos, eventHubs } from '../../src/core/resources.ts';
import { project } from '../docs/markdown.ts';
import { readings } from '../scoring/bundled-model.ts';

// The package as Azure gets it, unpacked where nothing else is: no source, no node_modules of the project.
const canaries = Array.from({ length: 50 }, (_, i) => `canary-${i}-5b1d7e9a3c${String(i).padStart(3, '0')}`);
const settings = {
  ...Object.fromEntries(canaries.map((canary, i) => [`CANARY_${i}_PASSWORD`, canary])),
  SLUICE_MODELS_FOLDER: 'models',
};
const rows = readings(40);
const log: string[] = [];
let appPackage: AppPackage;
let folder: string;
let twin: Twin;
let client: CosmosClient;
let predictions: Container;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-package-'));
  appPackage = await makePackage(project);
  await unpackInto(folder, appPackage.entries);
  twin = await startTwin({ appFolder: folder, settings, onLog: ({ message }) => log.push(message) });
  client = new CosmosClient(twin.connections.cosmos);
  predictions = client.database(cosmos.database).container(cosmos.containers.predictions.name);
}, 180_000);

afterAll(async () => {
  client?.dispose();
  await twin?.close();
  await rm(folder, { recursive: true, force: true });
});

const call = (path: string, body: string) =>
  fetch(`${twin.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

describe('the package, unpacked into an empty folder, serves on the twin', () => {
  test('calls', async () => {
    const response = await call('/models/machine-failure/score', JSON.stringify(rows));
    expect(response.status).toBe(200);
    expect(((await response.json()) as { scores: unknown[] }).scores).toHaveLength(rows.length);
  });

  test('events', async () => {
    const producer = new EventHubProducerClient(twin.connections.events, eventHubs.telemetry.name);
    try {
      await sendEvents(
        producer,
        rows.map((row) => ({ body: Buffer.from(JSON.stringify(row)), key: 'packaged' })),
      );
    } finally {
      await producer.close();
    }
    const query = 'SELECT VALUE COUNT(1) FROM c WHERE c.source.kind = "stream"';
    await until(
      'all events as documents',
      async () => (await predictions.items.query<number>(query).fetchAll()).resources[0] === rows.length,
      30_000,
    );
  });

  test('files', async () => {
    const blobs = BlobServiceClient.fromConnectionString(twin.connections.storage);
    const names = Object.keys(rows[0]!);
    const lines = rows.map((row) => names.map((name) => row[name as keyof typeof row]).join(','));
    const path = join(folder, 'packaged.csv');
    await writeFile(path, `${names.join(',')}\n${lines.join('\n')}\n`);
    const { report } = await waitForRun(blobs, await uploadFile(blobs, path, 'machine-failure/packaged.csv'), 60_000);
    expect(report).toMatchObject({ state: 'succeeded', scored: rows.length });
  });

  test('and is what sluice deploy takes for good', async () => {
    const app = { url: twin.url, key: undefined, sleep: async () => {} };
    expect(await checkGoldenRows(new ZipFiles(appPackage.zip), app)).toEqual([]);
  });

  test('and none of 50 secrets of its environment is in a log or an answer', async () => {
    const answers = await Promise.all([
      call('/models/nobody/score', '{}'),
      call('/models/machine-failure/score', '{"type":'),
      call('/models/machine-failure/score', '{"type":"Q"}'),
      call('/%ff', ''),
      fetch(`${twin.url}/status`),
      fetch(`${twin.url}/openapi.json`),
    ]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    const everything = [...texts, ...log].join('\n');
    expect(everything.length).toBeGreaterThan(1_000);
    expect(canaries.filter((canary) => everything.includes(canary))).toEqual([]);
  });
});

test('from process start to first score it takes little more than ONNX Runtime itself (exact figures: npm run bench start)', () => {
  const { appMs, runtimeMs } = timeFirstScore(folder, 2);
  // 150 ms are promised on an idle machine; a busy one may be several times as slow at everything.
  expect(appMs - runtimeMs).toBeLessThan(2_000);
});
