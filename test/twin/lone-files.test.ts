import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readingsCsv } from '../../local/devices/readings-csv.ts';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { containers } from '../../src/core/resources.ts';
import type { RunReport } from '../../src/scoring/files/run-report.ts';
import { scorePart } from '../../src/scoring/files/score-part.ts';
import { SharedRuns } from '../../src/scoring/files/shared-runs.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { scoreFile } from '../../src/scoring/score-file.ts';
import { bundledModels, keepingLog } from '../scoring/bundled-model.ts';
import { MemoryPieces, MemoryQueues, MemoryRecords, MemoryReports } from '../scoring/files/memory-runs.ts';
import { MemoryFiles, MemorySink } from '../scoring/memory-ports.ts';
import { useTwin } from './twin-fixture.ts';

const partMegabytes = 0.5;

const fixture = useTwin({
  instances: 2,
  isSupervised: true,
  settings: { SLUICE_PART_MB: String(partMegabytes) },
  // What a dead worker had is back at once, not after half a minute.
  hostOverrides: {
    extensions__queues__visibilityTimeout: '00:00:00',
    extensions__queues__maxPollingInterval: '00:00:00.200',
  },
});

interface Upload {
  readonly blob: string;
  readonly bytes: Buffer;
  /** The format of the scores that it asks for. */
  readonly accept?: string;
}

/** Rows of which some are wrong. */
async function csvOf(rows: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 50, seed: 11, rows })) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString().split('\n');
  return lines.map((line, i) => (i % 97 === 5 ? line.replace(/,[^,]*$/, ',soon') : line)).join('\n');
}

/** What becomes of an upload where nobody dies: the files of its result. */
async function undisturbed({ blob, bytes, accept }: Upload): Promise<ReadonlyMap<string, Buffer>> {
  const registry = new ModelRegistry(new FileModelRepository(bundledModels), loadOnnxScorer);
  const files = new MemoryFiles();
  files.pieceBytes = 1 << 16;
  files.upload(blob, bytes);
  if (accept !== undefined) files.accepts.set(blob, accept);
  const [pieces, queues] = [new MemoryPieces(files.results), new MemoryQueues()];
  const [records, reports] = [new MemoryRecords(), new MemoryReports(files.results)];
  const runs = new SharedRuns({ records, reports, pieces, queues, partBytes: partMegabytes * 2 ** 20 });
  const scoring = { registry, source: files, results: files, sink: new MemorySink(), runs };
  const attempt = { number: 0, isLast: true };
  await scoreFile(scoring, { container: 'incoming', name: blob, sequencer: undefined }, attempt, keepingLog());
  for (const message of queues.parts) await scorePart(scoring, message, { ...attempt, isLast: false }, keepingLog());
  await registry.release();
  return new Map([...pieces.bytes].map(([path, content]) => [path.split('/').at(-1)!, content]));
}

/** Rows of each receipt under such a path. */
async function receiptsIn(folder: string): Promise<number[]> {
  const receipts: number[] = [];
  const runs = fixture().blobs.getContainerClient(containers.runs);
  for await (const { name, metadata } of runs.listBlobsFlat({ includeMetadata: true })) {
    if (name.includes(folder)) receipts.push(Number(metadata?.rows));
  }
  return receipts;
}

/** The report of a file and what its results are, once it is there. */
async function resultOf(blob: string) {
  const results = fixture().blobs.getContainerClient(containers.results);
  const contentOf = (name: string) => results.getBlobClient(name).downloadToBuffer();
  for await (const { name } of results.listBlobsFlat({ prefix: `machine-failure/${blob}/` })) {
    if (!name.endsWith('/report.json')) continue;
    const report = JSON.parse((await contentOf(name)).toString()) as RunReport;
    const files = new Map<string, Buffer>();
    for (const file of report.files) files.set(file.name, await contentOf(name.replace('report.json', file.name)));
    return { report, files };
  }
  return undefined;
}

/**
 * Uploads a file, and kills the workers each time that so many receipts are there.
 * @returns the report, the files of the result, and how many rows had receipts when somebody was killed
 */
async function scoreWithDeaths({ blob, bytes, accept }: Upload, receipts: string, deaths: readonly number[]) {
  const { twin, blobs } = fixture();
  const metadata = accept === undefined ? {} : { accept };
  const incoming = blobs.getContainerClient(containers.incoming);
  await incoming.getBlockBlobClient(blob).upload(bytes, bytes.length, { metadata });
  const keptRows: number[] = [];
  for (const deadline = performance.now() + 90_000; performance.now() < deadline; await delay(20)) {
    const kept = await receiptsIn(receipts);
    const result = await resultOf(blob);
    if (result !== undefined) return { ...result, keptRows };
    if (kept.length < (deaths[keptRows.length] ?? Number.POSITIVE_INFINITY)) continue;
    keptRows.push(kept.reduce((sum, rows) => sum + rows, 0));
    // Nobody knows which of the two has the file.
    await Promise.all([0, 1].map((host) => twin.control.kill('worker', 'SIGKILL', host)));
  }
  throw new Error(`there is no report of ${blob}`);
}

test('a packed file whose workers are killed gives the result of an undisturbed run, and scores no row again that has a receipt', async () => {
  const rows = 200_000;
  const upload = { blob: 'machine-failure/lone.csv.gz', bytes: gzipSync(await csvOf(rows), { level: 1 }) };
  const { report, files, keptRows } = await scoreWithDeaths(upload, '/stretches/', [3, 9]);
  expect(report).toMatchObject({ state: 'succeeded', rows, parts: 1 });
  expect(keptRows).toHaveLength(2);
  expect(files).toEqual(await undisturbed(upload));
  const takenUp = fixture().log.flatMap(({ message }) => /file taken up .*"rowsDone":(\d+)/.exec(message)?.[1] ?? []);
  expect(Number(takenUp[0])).toBeGreaterThanOrEqual(keptRows[0]!);
  expect(Number(takenUp.at(-1))).toBeGreaterThanOrEqual(keptRows[1]!);
});

test('results in Parquet are shared by instances: parts that workers were killed over are those of an undisturbed run', async () => {
  const rows = 150_000;
  const upload = { blob: 'machine-failure/parts.csv', bytes: Buffer.from(await csvOf(rows)), accept: 'parquet' };
  const { report, files, keptRows } = await scoreWithDeaths(upload, '/parts/', [3]);
  expect(report).toMatchObject({ state: 'succeeded', rows });
  expect(keptRows).toHaveLength(1);
  expect(report.parts).toBeGreaterThan(8);
  expect([...files.keys()].filter((name) => /^part-\d{6}\.parquet$/.test(name))).toHaveLength(report.parts);
  expect(files).toEqual(await undisturbed(upload));
});
