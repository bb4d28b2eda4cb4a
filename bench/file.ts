import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResultFiles, SourceFiles } from '../src/scoring/ports.ts';
import { scoreFile } from '../src/scoring/score-file.ts';
import { noLog, sinkOfNothing } from './empty-ports.ts';
import { compare, type Figure } from './harness.ts';
import { routedRegistry } from './models.ts';
import { sampleCsv } from './samples.ts';

const rows = 100_000;
const highWaterMark = 1 << 20;

/** A CSV file from disk to scores, beside reading its bytes. */
export async function fileFigures(benchModels: string, folder: string): Promise<Figure[]> {
  const registry = routedRegistry(benchModels, 'mlp');
  const path = join(folder, 'rows.csv');
  const csv = sampleCsv(rows);
  await writeFile(path, csv);
  const scoring = { registry, source: sourceOf(path, csv.length), results: resultsOfNothing, sink: sinkOfNothing };
  const blob = { container: 'incoming', name: 'rows.csv', sequencer: undefined };
  const figure = await compare({
    name: 'file.csv',
    what: `rows/s of a CSV of ${rows.toLocaleString('en-US')} rows x 21 columns (${Math.round(csv.length / 1e6)} MB), small network, over reading its bytes`,
    unit: 'rows',
    work: async () => {
      const report = await scoreFile(scoring, blob, { number: 0, isLast: false }, noLog);
      if (report?.scored !== rows) throw new Error(`scored ${report?.scored} of ${rows} rows`);
      return rows;
    },
    baseline: async () => {
      let bytes = 0;
      for await (const chunk of createReadStream(path, { highWaterMark })) bytes += (chunk as Buffer).length;
      return bytes === csv.length ? rows : 0;
    },
  });
  await registry.release();
  return [figure];
}

const sourceOf = (path: string, bytes: number): SourceFiles => ({
  open: async () => ({
    etag: '0x1',
    bytes,
    lastModified: '2026-11-21T03:00:00.000Z',
    read: () => createReadStream(path, { highWaterMark }) as AsyncIterable<Buffer>,
  }),
});

const resultsOfNothing: ResultFiles = {
  exists: async () => false,
  put: async () => {},
  movePointer: async () => {},
  writer: () => ({ write: async () => {}, commit: async () => 'sha256:' }),
};
