import { gzipSync } from 'node:zlib';
import { BlobServiceClient, newPipeline, type StorageSharedKeyCredential } from '@azure/storage-blob';
import { afterAll, expect, test } from 'vitest';
import { readingsCsv } from '../../local/devices/readings-csv.ts';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { openFiles } from '../../src/adapters/open-runs.ts';
import { containers } from '../../src/core/resources.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { scoreFile } from '../../src/scoring/score-file.ts';
import { bundledModels, keepingLog } from '../scoring/bundled-model.ts';
import { MemorySink } from '../scoring/memory-ports.ts';
import { useBlobStorage } from './blob-storage.ts';

const storage = useBlobStorage();
const registry = new ModelRegistry(new FileModelRepository(bundledModels), loadOnnxScorer);
afterAll(() => registry.release());

/** A client of the storage that writes down what it asks for: the method, the end of the path, and what of the blob. */
function listeningClient(): { client: BlobServiceClient; asked: string[] } {
  const { credential, url } = storage.service() as BlobServiceClient & { credential: StorageSharedKeyCredential };
  const asked: string[] = [];
  const pipeline = newPipeline(credential);
  pipeline.factories.unshift({
    create: (next) => ({
      sendRequest: (request) => {
        const { pathname, searchParams } = new URL(request.url);
        const words = [request.method, pathname.split('/').at(-1), searchParams.get('comp')];
        asked.push(words.filter((word) => word !== null).join(' '));
        return next.sendRequest(request);
      },
    }),
  });
  return { client: new BlobServiceClient(url, pipeline), asked };
}

test('a small file costs thirteen requests to storage: what protects large ones costs it nothing', async () => {
  for (const name of Object.values(containers)) await storage.service().getContainerClient(name).createIfNotExists();
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 20, seed: 7, rows: 3_000 })) chunks.push(chunk);
  const name = 'machine-failure/shift.csv.gz';
  const incoming = storage.service().getContainerClient(containers.incoming);
  await incoming.getBlockBlobClient(name).uploadData(gzipSync(Buffer.concat(chunks)));
  const { client, asked } = listeningClient();
  const queues = () => {
    throw new Error('A small file needs no queue.');
  };
  const report = await scoreFile(
    { registry, ...openFiles({ blobs: async () => client, queues, registry }), sink: new MemorySink() },
    { container: containers.incoming, name, sequencer: undefined },
    { number: 0, isLast: false },
    keepingLog(),
  );
  expect(report).toMatchObject({ state: 'succeeded', rows: 3_000 });
  expect(asked).toEqual([
    'HEAD shift.csv.gz',
    'HEAD _SUCCESS',
    'PUT run.json',
    'GET shift.csv.gz',
    'PUT scores.csv block',
    'PUT errors.csv block',
    'PUT end.json',
    'PUT scores.csv blocklist',
    'PUT errors.csv blocklist',
    'PUT report.json',
    'PUT _SUCCESS',
    'GET _latest.json',
    'PUT _latest.json',
  ]);
});
