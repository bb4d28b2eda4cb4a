import { afterAll, beforeEach, expect, test } from 'vitest';
import { readingsCsv } from '../../../local/devices/readings-csv.ts';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { fileReaders } from '../../../src/adapters/file-readers.ts';
import { loadOnnxScorer } from '../../../src/adapters/onnx-scorer.ts';
import type { PartMessage } from '../../../src/core/files/part-message.ts';
import { ParquetWriter } from '../../../src/core/parquet/parquet-writer.ts';
import type { RunReport } from '../../../src/scoring/files/run-report.ts';
import { scorePart } from '../../../src/scoring/files/score-part.ts';
import { SharedRuns } from '../../../src/scoring/files/shared-runs.ts';
import { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import { scoreFile } from '../../../src/scoring/score-file.ts';
import { bundledModels, keepingLog } from '../bundled-model.ts';
import { MemoryFiles, MemorySink } from '../memory-ports.ts';
import { MemoryPieces, MemoryQueues, MemoryRecords, MemoryReports } from './memory-runs.ts';

const registry = new ModelRegistry(new FileModelRepository(bundledModels), loadOnnxScorer);
afterAll(() => registry.release());

const first = { number: 0, isLast: false };
const blob = 'machine-failure/shift.parquet';
const log = keepingLog();
let files: MemoryFiles;
let queues: MemoryQueues;
let runs: SharedRuns;

beforeEach(() => {
  files = new MemoryFiles();
  files.pieceBytes = 1 << 16;
  const [records, reports, pieces] = [
    new MemoryRecords(),
    new MemoryReports(files.results),
    new MemoryPieces(files.results),
  ];
  queues = new MemoryQueues();
  runs = new SharedRuns({ records, reports, pieces, queues, partBytes: 9_000, endPatienceMs: 100 });
});

/** Readings in row groups of so many rows; each tenth row is wrong. */
async function parquetOf(rows: number, groupRows?: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 20, seed: 7, rows })) chunks.push(chunk);
  const [head = '', ...lines] = Buffer.concat(chunks).toString().trimEnd().split('\n');
  const records = lines.map((line) => line.split(','));
  const isNumber = (cell: string | undefined) => cell !== undefined && !Number.isNaN(Number(cell));
  const columns = head.split(',').map((name, i) => ({
    name,
    kind: isNumber(records[0]?.[i]) ? ('float64' as const) : ('text' as const),
  }));
  const writer = new ParquetWriter(columns, groupRows);
  const parts = [writer.begin()];
  for (const [row, record] of records.entries()) {
    const cells = columns.map(({ kind }, i) => (kind === 'text' ? record[i]! : Number(record[i])));
    const last = columns.findLastIndex(({ kind }) => kind === 'float64');
    if (row % 10 === 3) cells[last] = Number.POSITIVE_INFINITY;
    const group = writer.append(cells);
    if (group !== undefined) parts.push(group);
  }
  return Buffer.concat([...parts, writer.end()]);
}

const scoring = () => ({ registry, source: files, results: files, sink: new MemorySink(), readers: fileReaders, runs });
const announce = () => scoreFile(scoring(), { container: 'incoming', name: blob, sequencer: undefined }, first, log);

/** Another instance has everything of its own, except for what all agree through. */
const scoreAll = async (messages: readonly PartMessage[]) => {
  for (const message of messages) await scorePart(scoring(), message, first, log);
};

function resultsIn({ results }: MemoryFiles) {
  const path = [...results.keys()].find((key) => key.endsWith('/report.json'));
  if (path === undefined) return undefined;
  const folder = path.slice(0, path.lastIndexOf('/'));
  const report = JSON.parse(results.get(path)!) as RunReport;
  return { report, scores: results.get(`${folder}/scores.csv`), errors: results.get(`${folder}/errors.csv`) };
}

async function undisturbed(bytes: Buffer) {
  const alone = new MemoryFiles();
  alone.pieceBytes = 1 << 16;
  alone.upload(blob, bytes);
  const all = { registry, source: alone, results: alone, sink: new MemorySink(), readers: fileReaders };
  await scoreFile(all, { container: 'incoming', name: blob, sequencer: undefined }, first, log);
  return resultsIn(alone)!;
}

test('a large file is cut between row groups, and its parts give in any order what one instance gives alone', async () => {
  const bytes = await parquetOf(6_000, 500);
  files.upload(blob, bytes);
  expect(await announce()).toBeUndefined();
  const messages = queues.parts;
  expect(messages.length).toBeGreaterThan(3);
  expect(messages.length).toBeLessThan(12);
  expect(messages.map(({ firstRow }) => firstRow % 500)).toEqual(messages.map(() => 0));
  // Two instances at once, from both ends; one part is scored twice.
  const middle = Math.floor(messages.length / 2);
  await Promise.all([scoreAll(messages.slice(0, middle)), scoreAll(messages.slice(middle - 1).toReversed())]);
  const [shared, alone] = [resultsIn(files)!, await undisturbed(bytes)];
  expect(shared.scores).toBe(alone.scores);
  expect(shared.errors).toBe(alone.errors);
  expect(
    shared.errors
      ?.split('\n')
      .slice(1, 3)
      .map((line) => line.split(',')[0]),
  ).toEqual(['3', '13']);
  const { rows, scored, rejected, byCode } = alone.report;
  expect(shared.report).toMatchObject({ state: 'succeeded', parts: messages.length, rows, scored, rejected, byCode });
  expect(shared.report).toMatchObject({ rows: 6_000, rejected: 600 });
});

test('a file of one row group stays with one instance', async () => {
  const bytes = await parquetOf(6_000);
  files.upload(blob, bytes);
  expect(bytes.length).toBeGreaterThan(runs.partBytes);
  await announce();
  expect(queues.parts).toEqual([]);
  expect(resultsIn(files)).toMatchObject({ report: { state: 'succeeded', rows: 6_000, rejected: 600 } });
  expect(resultsIn(files)!.scores).toBe((await undisturbed(bytes)).scores);
});

test('a large file without a column of the model is refused before it is shared', async () => {
  const text = (await parquetOf(6_000, 500)).toString('latin1');
  const name = 'torque';
  expect(text).toContain(name);
  files.upload(blob, Buffer.from(text.replaceAll(name, 'torqXX'), 'latin1'));
  await announce();
  expect(queues.parts).toEqual([]);
  expect(resultsIn(files)?.report).toMatchObject({ state: 'failed', faults: [{ code: 'parquet.wrong_columns' }] });
});

test('a large file that is broken in its middle ends its run', async () => {
  const bytes = await parquetOf(6_000, 500);
  const middle = bytes.length >> 1;
  bytes.fill(0xff, middle, middle + 2_000);
  files.upload(blob, bytes);
  await announce();
  await scoreAll(queues.parts);
  expect(resultsIn(files)?.report).toMatchObject({ state: 'failed', error: { code: 'parquet.malformed' } });
});
