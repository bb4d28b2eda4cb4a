import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readingsCsv } from '../../local/devices/readings-csv.ts';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { containers } from '../../src/core/resources.ts';
import { partOfPath } from '../../src/scoring/files/run-record.ts';
import type { RunReport } from '../../src/scoring/files/run-report.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { scoreFile } from '../../src/scoring/score-file.ts';
import { bundledModels, keepingLog } from '../scoring/bundled-model.ts';
import { MemoryFiles, MemorySink } from '../scoring/memory-ports.ts';
import { useTwin } from './twin-fixture.ts';

const fixture = useTwin({
  instances: 2,
  isSupervised: true,
  settings: { SLUICE_PART_MB: '0.25' },
  // What a dead worker had is back at once, not after half a minute.
  hostOverrides: {
    extensions__queues__visibilityTimeout: '00:00:00',
    extensions__queues__maxPollingInterval: '00:00:00.200',
  },
});

const blob = 'machine-failure/large.csv';

/** Rows of which some are wrong. */
async function largeCsv(rows: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 50, seed: 11, rows })) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString().split('\n');
  return lines.map((line, i) => (i % 97 === 5 ? line.replace(/,[^,]*$/, ',soon') : line)).join('\n');
}

/** What one instance makes of the file alone. */
async function undisturbed(text: string): Promise<{ scores: string; errors: string }> {
  const registry = new ModelRegistry(new FileModelRepository(bundledModels), loadOnnxScorer);
  const files = new MemoryFiles();
  files.pieceBytes = 1 << 16;
  files.upload(blob, text);
  const ports = { registry, source: files, results: files, sink: new MemorySink() };
  const report = await scoreFile(
    ports,
    { container: 'incoming', name: blob, sequencer: undefined },
    { number: 0, isLast: true },
    keepingLog(),
  );
  await registry.release();
  const textOf = (name: string) => files.results.get(`machine-failure/${blob}/${report?.run}/${name}`) ?? '';
  return { scores: textOf('scores.csv'), errors: textOf('errors.csv') };
}

test('a large file is shared by instances; workers that are killed over it change no byte, and nothing is seen before it is whole', async () => {
  const { twin, blobs } = fixture();
  const [results, runs] = [containers.results, containers.runs].map((name) => blobs.getContainerClient(name));
  const text = await largeCsv(150_000);
  const expected = undisturbed(text);
  await blobs.getContainerClient(containers.incoming).getBlockBlobClient(blob).upload(text, Buffer.byteLength(text));

  const namesIn = async (container = results) => {
    const names: string[] = [];
    for await (const { name } of container!.listBlobsFlat()) names.push(name);
    return names;
  };
  const receipts = async () => (await namesIn(runs)).filter((name) => name.includes('/parts/')).map(partOfPath);
  const deadline = performance.now() + 90_000;
  const kills = [3, 8];
  let report: RunReport | undefined;
  while (report === undefined) {
    if (performance.now() > deadline) throw new Error(`no report; receipts: ${await receipts()}`);
    const seen = (await namesIn()).filter((name) => name.includes(blob));
    const path = seen.find((name) => name.endsWith('/report.json'));
    // What is seen is whole, whenever it is looked at.
    const scores = seen.find((name) => name.endsWith('/scores.csv'));
    if (scores !== undefined) {
      expect(
        (await results!.getBlobClient(scores).downloadToBuffer()).equals(Buffer.from((await expected).scores)),
      ).toBe(true);
    }
    if (path !== undefined) report = JSON.parse((await results!.getBlobClient(path).downloadToBuffer()).toString());
    if (kills.length > 0 && (await receipts()).length >= (kills[0] ?? 0)) {
      kills.shift();
      await twin.control.kill('worker', 'SIGKILL', kills.length);
    }
    await delay(20);
  }
  expect(kills).toEqual([]);
  expect(report).toMatchObject({ state: 'succeeded', rows: 150_000, source: { bytes: Buffer.byteLength(text) } });
  expect(report.parts).toBeGreaterThan(10);
  const errors = await results!.getBlobClient(`machine-failure/${blob}/${report.run}/errors.csv`).downloadToBuffer();
  expect(errors.toString()).toBe((await expected).errors);
  const hosts = await twin.control.hosts();
  expect(hosts.length).toBe(2);
  const planName = (await namesIn(runs)).find((name) => name.endsWith('/plan.json')) ?? '';
  const plan = JSON.parse((await runs!.getBlobClient(planName).downloadToBuffer()).toString());
  expect(plan.parts.length).toBe(report.parts);
});
