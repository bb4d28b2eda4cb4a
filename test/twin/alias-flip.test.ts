import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { promote, publishTwoVersions } from '../../local/chaos/model-versions.ts';
import { until } from '../../local/demo/demo-events.ts';
import { noFaults } from '../../local/faults/fault-plan.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { readings } from '../scoring/bundled-model.ts';
import { useTwin } from './twin-fixture.ts';

const folder = await mkdtemp(join(tmpdir(), 'sluice-flip-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const twin = useTwin({ folder, settings: { SLUICE_MODEL_REFRESH_SECONDS: '0.2' } });

const count = 200;

test('an alias that moves between two attempts at a batch: each event has one document, of the version that wrote it first', async () => {
  const { twin: running, producer, predictions } = twin();
  await publishTwoVersions(folder);
  const servedVersion = async () => {
    const { models } = (await (await fetch(`${running.url}/status`)).json()) as { models: { version: number }[] };
    return models[0]?.version;
  };
  const documents = async () => (await predictions.items.readAll<ScoreDocument>().fetchAll()).resources;
  await until('version 1', async () => (await servedVersion()) === 1, 20_000, 100);

  // A device for each event makes a request for each document, and so slow ones that the batch takes longer than the move.
  const slow = { service: 'cosmos', on: 'writes', fault: { kind: 'slow', delayMs: [5_000, 5_000] } } as const;
  await running.control.setFaults({ seed: 1, rules: [slow] });
  const batch = await producer.createBatch({ partitionId: '0' });
  for (const [i, reading] of readings(count).entries())
    batch.tryAdd({ body: Buffer.from(JSON.stringify({ ...reading, machineId: `machine-${i}` })) });
  await producer.sendBatch(batch);
  await until('the first documents', async () => (await documents()).length > 0, 30_000, 20);
  await promote(folder, 2);
  await running.control.kill('worker', 'SIGKILL');
  const ofFirst = await documents();
  expect(ofFirst.length).toBeLessThan(count);
  await running.control.setFaults(noFaults);

  await until('all documents', async () => (await documents()).length >= count, 60_000, 100);
  const all = await documents();
  expect(new Set(all.map(({ source }) => (source as { sequence: number }).sequence)).size).toBe(count);
  expect(all).toHaveLength(count);
  expect(new Set(all.map(({ version }) => version))).toEqual(new Set([1, 2]));
  // What the first attempt wrote, the second one has let be.
  expect(all.filter(({ version }) => version === 1).map(({ id }) => id)).toEqual(
    expect.arrayContaining(ofFirst.map(({ id }) => id)),
  );
}, 120_000);
