import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileReaders } from '../src/adapters/file-readers.ts';
import type { ResultFiles, SourceFiles } from '../src/scoring/ports.ts';
import { scoreFile } from '../src/scoring/score-file.ts';
import { noLog, sinkOfNothing } from './empty-ports.ts';
import { parseByUdsv, parseLines, readByHyparquet, splitCsv } from './file-baselines.ts';
import { PythonScoring, pythonLibraries } from './file-python.ts';
import { type Comparison, compare, type Figure } from './harness.ts';
import { routedRegistry } from './models.ts';
import { sampleParquet } from './parquet-sample.ts';
import { sampleCsv, sampleNdjson } from './samples.ts';
import { treesAlone } from './trees-alone.ts';

const rows = 100_000;
/** A thread is begun for each Parquet file, which few rows would not outweigh. */
const parquetTimes = 5;
/** Trees cost ten times as much. */
const treeRows = 20_000;
const highWaterMark = 1 << 20;
/** What is compared to Python, too. */
const besidePython: readonly string[] = ['file.csv', 'file.ndjson', 'file.parquet'];

interface FileBench extends Omit<Comparison, 'unit' | 'work' | 'baseline'> {
  readonly model: string;
  readonly file: string;
  readonly bytes: Buffer;
  readonly rows: number;
  /** Does what is compared to once with all rows. */
  readonly baseline: (path: string) => Promise<void>;
}

/** Files on disk to scores that go nowhere, beside others doing a part of that. */
export async function fileFigures(benchModels: string, folder: string, python?: string): Promise<Figure[]> {
  const csv = sampleCsv(rows);
  const ndjson = sampleNdjson(rows);
  const parquet = sampleParquet(rows, parquetTimes);
  const megabytes = (bytes: Buffer) => `${rows.toLocaleString('en-US')} rows (${Math.round(bytes.length / 1e6)} MB)`;
  const benches: FileBench[] = [
    {
      name: 'file.csv',
      what: `CSV of 21 columns, ${megabytes(csv)}, small network, to scores; over String.split and Number alone`,
      reach: 1.4,
      floor: 1,
      model: 'mlp',
      file: 'rows.csv',
      bytes: csv,
      rows,
      baseline: splitCsv,
    },
    {
      name: 'file.csv.udsv',
      what: `CSV of 21 columns, ${megabytes(csv)}, small network, to scores; over uDSV's parse alone`,
      reach: 1.4,
      floor: 1,
      model: 'mlp',
      file: 'rows.csv',
      bytes: csv,
      rows,
      baseline: parseByUdsv,
    },
    {
      name: 'file.parquet',
      what: `Parquet of 21 columns, ${parquetTimes} times ${megabytes(parquet)}, small network, to scores; over hyparquet unpacking its columns alone`,
      reach: 0.7,
      floor: 0.25,
      model: 'mlp',
      file: 'rows.parquet',
      bytes: parquet,
      rows: parquetTimes * rows,
      baseline: readByHyparquet,
    },
    {
      name: 'file.ndjson',
      what: `NDJSON, ${megabytes(ndjson)}, small network, to scores; over JSON.parse alone`,
      reach: 0.64,
      floor: 0.36,
      model: 'mlp',
      file: 'rows.ndjson',
      bytes: ndjson,
      rows,
      baseline: parseLines,
    },
    {
      name: 'file.trees',
      what: `CSV of ${treeRows.toLocaleString('en-US')} rows, 500 trees of depth 8, to scores; over the model alone`,
      reach: 0.9,
      floor: 0.8,
      model: 'gbt500x8',
      file: 'few.csv',
      bytes: sampleCsv(treeRows),
      rows: treeRows,
      baseline: await treesAlone(benchModels, treeRows),
    },
  ];
  const figures: Figure[] = [];
  for (const bench of benches) figures.push(await take(bench, benchModels, folder));
  if (python === undefined) return figures;
  const beside = benches.filter(({ name }) => besidePython.includes(name));
  return [...figures, ...(await pythonFigures(beside, benchModels, folder, python))];
}

/** The same files beside polars and DuckDB with ONNX Runtime in Python, in turn, on this machine and in this run. */
async function pythonFigures(
  benches: readonly FileBench[],
  benchModels: string,
  folder: string,
  python: string,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const scoring = new PythonScoring(python, join(benchModels, 'mlp', '1', 'model.onnx'));
  try {
    for (const { reach: _, floor: __, ...bench } of benches) {
      for (const library of pythonLibraries) {
        const name = `${bench.name}.${library}`;
        const what = `rows of ${bench.name} a second of a processor, all threads together; over ${library} and ONNX Runtime doing the same in Python`;
        const baseline = async (path: string) => {
          const scored = await scoring.score(library, path);
          if (scored !== bench.rows) throw new Error(`${library} scored ${scored} of ${bench.rows} rows`);
        };
        figures.push(await take({ ...bench, name, what, baseline, clock: scoring.clock }, benchModels, folder));
      }
    }
  } finally {
    await scoring.end();
  }
  return figures;
}

async function take(bench: FileBench, benchModels: string, folder: string): Promise<Figure> {
  const { model, file, bytes, rows, baseline, ...comparison } = bench;
  const path = join(folder, file);
  await writeFile(path, bytes);
  const registry = routedRegistry(benchModels, model);
  const scoring = {
    registry,
    source: sourceOf(path, bytes.length),
    results: resultsOfNothing,
    sink: sinkOfNothing,
    readers: fileReaders,
  };
  const blob = { container: 'incoming', name: file, sequencer: undefined };
  const figure = await compare({
    ...comparison,
    unit: 'rows',
    work: async () => {
      const report = await scoreFile(scoring, blob, { number: 0, isLast: false }, noLog);
      if (report?.scored !== rows) throw new Error(`scored ${report?.scored} of ${rows} rows`);
      return rows;
    },
    baseline: async () => {
      await baseline(path);
      return rows;
    },
  });
  await registry.release();
  return figure;
}

const sourceOf = (path: string, bytes: number): SourceFiles => ({
  open: async () => ({
    etag: '0x1',
    bytes,
    lastModified: '2026-11-21T03:00:00.000Z',
    read: (start = 0, to = bytes) =>
      createReadStream(path, { highWaterMark, start, end: to - 1 }) as AsyncIterable<Buffer>,
  }),
});

const resultsOfNothing: ResultFiles = {
  exists: async () => false,
  put: async () => {},
  movePointer: async () => {},
  piece: () => ({ write: async () => {}, finish: async () => ({ blocks: [], bytes: 0, sha256: 'sha256:' }) }),
  join: async () => 'sha256:',
};
