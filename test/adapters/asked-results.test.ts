import { afterAll, beforeAll, expect, test } from 'vitest';
import { BlobIncomingFiles } from '../../src/adapters/blob-incoming-files.ts';
import { BlobResultFiles } from '../../src/adapters/blob-result-files.ts';
import { BlobSourceFiles } from '../../src/adapters/blob-source-files.ts';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { runsIn } from '../../src/adapters/open-runs.ts';
import { containers } from '../../src/core/resources.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { scoreFile } from '../../src/scoring/score-file.ts';
import { bundledModels, keepingLog, readings } from '../scoring/bundled-model.ts';
import { MemorySink } from '../scoring/memory-ports.ts';
import { useBlobStorage } from './blob-storage.ts';

const storage = useBlobStorage();
const blobs = async () => storage.service();
const registry = new ModelRegistry(new FileModelRepository(bundledModels), loadOnnxScorer);
const source = new BlobSourceFiles(blobs);
const incoming = () => storage.service().getContainerClient(containers.incoming);
const text = readings(5)
  .map((record) => `${JSON.stringify(record)}\n`)
  .join('');

beforeAll(async () => {
  for (const name of [containers.incoming, containers.results, containers.runs])
    await storage.service().getContainerClient(name).create();
});
afterAll(() => registry.release());

async function score(name: string) {
  const results = new BlobResultFiles(async () => storage.service().getContainerClient(containers.results));
  const runs = runsIn(blobs);
  const scoring = { registry, source, results, runs, sink: new MemorySink() };
  const blob = { container: containers.incoming, name, sequencer: undefined };
  const report = await scoreFile(scoring, blob, { number: 0, isLast: false }, keepingLog());
  return { report: report!, record: await runs.record(report!.run) };
}

test('metadata of an upload says how its scores are written, and the run pins it', async () => {
  const name = 'machine-failure/asked.ndjson';
  // Storage keeps the letters of the name as they were sent.
  await incoming()
    .getBlockBlobClient(name)
    .upload(text, text.length, { metadata: { Accept: 'text/csv', shift: 'night' } });
  const { report, record } = await score(name);
  expect(report).toMatchObject({ state: 'succeeded', scored: 5, files: [{ name: 'scores.csv' }, {}] });
  expect(record?.route.results).toBe('csv');
});

test('metadata that nobody understands ends the run with a report that says so', async () => {
  const name = 'machine-failure/unknown.ndjson';
  await incoming()
    .getBlockBlobClient(name)
    .upload(text, text.length, { metadata: { accept: 'application/xml' } });
  const { report, record } = await score(name);
  const fault = { code: 'file.unknown_results', path: '/metadata/accept', got: '"application/xml"' };
  expect(report).toMatchObject({ state: 'failed', rows: 0, files: [], faults: [fault] });
  expect(record).toBeUndefined();
});

test('a blob that is there is made to ask, keeps its other metadata and becomes another version', async () => {
  const name = 'machine-failure/shift.csv';
  const client = incoming().getBlockBlobClient(name);
  await client.upload('a\n', 2, { metadata: { shift: 'night' } });
  const before = await source.open(containers.incoming, name);
  const files = new BlobIncomingFiles(blobs);
  await files.ask(name, before!.etag, 'parquet');
  const after = await source.open(containers.incoming, name);
  expect(after!.accept).toBe('application/vnd.apache.parquet');
  expect(after!.etag).not.toBe(before!.etag);
  expect((await client.getProperties()).metadata).toMatchObject({ shift: 'night' });
  await expect(files.ask(name, before!.etag, 'csv')).rejects.toMatchObject({ code: 'storage.unavailable' });

  await files.create('machine-failure/new.csv', Buffer.from('a\n'), 'text/csv', 'ndjson');
  expect((await source.open(containers.incoming, 'machine-failure/new.csv'))!.accept).toBe('application/x-ndjson');
});
