import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { uploadFile, waitForRun } from '../../src/cli/file-upload.ts';
import { csvLine } from '../../src/core/formats/csv-text.ts';
import { ParquetWriter } from '../../src/core/parquet/parquet-writer.ts';
import { readings } from '../scoring/bundled-model.ts';
import { useTwin } from './twin-fixture.ts';

const twin = useTwin();

/** The same readings as CSV and as Parquet. */
function files(): { csv: Buffer; parquet: Buffer } {
  const records = readings(300) as unknown as Record<string, number | string>[];
  const names = Object.keys(records[0]!);
  const rows = records.map((record) => names.map((name) => record[name]!));
  const writer = new ParquetWriter(
    names.map((name, i) => ({ name, kind: typeof rows[0]![i] === 'number' ? 'float64' : 'text' })),
  );
  const parts = [writer.begin()];
  for (const row of rows) writer.append(row);
  const csv = [names, ...rows].map((row) => csvLine(row.map(String))).join('');
  return { csv: Buffer.from(csv), parquet: Buffer.concat([...parts, writer.end()]) };
}

test('Parquet is scored by the app as it is deployed, to the same scores as CSV; a broken file harms no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-parquet-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { csv, parquet } = files();
  const { blobs } = twin();
  const resultOf = async (name: string, bytes: Buffer) => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    const upload = await uploadFile(blobs, path, `machine-failure/${name}`);
    const { report, folder: results } = await waitForRun(blobs, upload, 60_000);
    const scores = blobs.getContainerClient('results').getBlobClient(`${results}scores.csv`);
    return { report, scores: report.state === 'succeeded' ? String(await scores.downloadToBuffer()) : undefined };
  };
  const [asCsv, asParquet, broken] = await Promise.all([
    resultOf('a.csv', csv),
    resultOf('a.parquet', parquet),
    resultOf('broken.parquet', parquet.subarray(0, parquet.length / 2)),
  ]);
  expect(asCsv.report).toMatchObject({ state: 'succeeded', rows: 300, scored: 300 });
  expect(asParquet.report).toMatchObject({ state: 'succeeded', rows: 300, scored: 300 });
  expect(asParquet.scores).toBe(asCsv.scores);
  expect(broken.report).toMatchObject({ state: 'failed', error: { code: 'parquet.malformed' } });
});
