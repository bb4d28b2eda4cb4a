import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StorageEmulator, startStorageEmulator } from '../../local/storage/storage-emulator.ts';
import { BlobModelRepository } from '../../src/adapters/blob-model-repository.ts';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { BlobModelStore } from '../../src/adapters/models/blob-model-store.ts';
import { PackageCache } from '../../src/adapters/models/package-cache.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { readJsonRows } from '../../src/core/batch/json-rows.ts';
import { containers } from '../../src/core/resources.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { scoreBatch } from '../../src/scoring/score-batch.ts';
import { writeLargePackage } from './large-model.ts';

/** What JavaScript may hold at most while half a gigabyte passes: a few blocks of the upload. */
const memoryMbMax = 200;
const secondsMax = 150;

let folder: string;
let storage: StorageEmulator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-large-'));
  await mkdir(join(folder, 'azurite'));
  storage = await startStorageEmulator({ folder: join(folder, 'azurite') });
});
afterAll(async () => {
  await storage?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The most that this thread's heap and buffers hold beyond what they hold now, in MB. */
function watchMemory(): { stop(): number } {
  const held = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers) / (1 << 20);
  };
  const before = held();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, held());
  }, 20);
  return {
    stop() {
      clearInterval(timer);
      return most - before;
    },
  };
}

test('a model of 500 MB is published, brought here, proven and scored with, in time and without its bytes in memory', {
  timeout: 180_000,
}, async () => {
  const models = join(folder, 'models');
  await writeLargePackage(models, 'large');
  const { size } = await stat(join(models, 'large', '1', 'scoring.onnx'));
  expect(size).toBeGreaterThan(500e6);
  const container = BlobServiceClient.fromConnectionString(storage.connectionString).getContainerClient(
    containers.models,
  );
  await container.create();
  const cache = { folder: join(folder, 'cache') };
  const repository = new BlobModelRepository(async () => container, new PackageCache(cache));

  const memory = watchMemory();
  const started = performance.now();
  const shares: number[] = [];
  const source = await new FileModelRepository(models).open('large', 1);
  await new BlobModelStore(container, repository).publish(source, (share) => shares.push(share));
  const published = performance.now();
  const registry = new ModelRegistry(repository, loadOnnxScorer);
  const score = () =>
    registry.use('large', async (model) => {
      const rows = [{ f0: 1, f1: 2, f2: 3, f3: 4, f4: 5, f5: 6 }];
      const { scores } = await scoreBatch(model, readJsonRows(model.layout, model.appendJsonRow, rows).batch);
      return scores[0];
    });
  expect(await score()).toEqual({ value: expect.any(Number) });
  const loaded = performance.now();
  const grownMb = memory.stop();
  await registry.release();

  const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
  process.stdout.write(
    `${Math.round(size / 1e6)} MB: published in ${seconds(started, published)} s, there and scored after ${seconds(published, loaded)} s, ${grownMb.toFixed(0)} MB of JavaScript memory\n`,
  );
  expect((loaded - started) / 1000).toBeLessThan(secondsMax);
  expect(grownMb).toBeLessThan(memoryMbMax);
  expect(shares.length).toBeGreaterThan(20);

  // Another process on this machine finds it here and reads it once, to be sure.
  const other = new BlobModelRepository(async () => container, new PackageCache(cache));
  const reopened = performance.now();
  await (await other.open('large', 1)).close?.();
  expect(performance.now() - reopened).toBeLessThan(10_000);
});
