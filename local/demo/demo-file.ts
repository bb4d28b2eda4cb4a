import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { type FinishedRun, uploadFile, waitForRun } from '../../src/cli/file-upload.ts';
import { readingsCsv } from '../devices/readings-csv.ts';

export interface DemoFileOptions {
  readonly rows: number;
  readonly seed: number;
  /** Where the file is written before it is uploaded. */
  readonly folder: string;
}

export interface DemoFile {
  readonly rows: number;
  readonly broken: number;
  readonly run: FinishedRun;
  /** From the start of the upload to the report. */
  readonly durationMs: number;
}

/** What somebody typed into single cells of the file: one row in so many. */
const brokenEvery = 1_500;
const runTimeoutMs = 120_000;

/** Writes a shift of readings as CSV with some rows gone wrong, uploads it, and waits for its scores. */
export async function scoreDemoFile(
  storageConnection: string,
  { rows, seed, folder }: DemoFileOptions,
): Promise<DemoFile> {
  const lines: string[] = [];
  for await (const chunk of readingsCsv({ machines: 20, seed, rows })) lines.push(chunk.toString());
  const text = lines.join('').trimEnd().split('\n');
  let broken = 0;
  for (let row = brokenEvery; row <= rows; row += brokenEvery) {
    text[row] = (text[row] as string).replace(/,[^,]*$/, broken % 2 === 0 ? ',n/a' : '');
    broken++;
  }
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'shift.csv');
  await writeFile(path, `${text.join('\n')}\n`);

  const service = BlobServiceClient.fromConnectionString(storageConnection);
  const started = performance.now();
  const upload = await uploadFile(service, path, 'machine-failure/shift.csv');
  const run = await waitForRun(service, upload, runTimeoutMs);
  return { rows, broken, run, durationMs: performance.now() - started };
}
