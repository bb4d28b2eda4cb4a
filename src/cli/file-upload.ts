import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { containers } from '../core/resources.ts';
import type { RunReport } from '../scoring/files/run-report.ts';

const pollMs = 250;

/** An upload, and the folder of its run once it has a report. */
export interface Upload {
  readonly blob: string;
  readonly etag: string;
  readonly bytes: number;
}

/** A run with its report, and where it lies in the container of results. */
export interface FinishedRun {
  readonly report: RunReport;
  readonly folder: string;
}

/**
 * Uploads a file for scoring.
 * @param blob its name in the container of uploads, for example `machine-failure/shift.csv`
 */
export async function uploadFile(
  service: BlobServiceClient,
  file: string,
  blob: string,
  onProgress: (share: number) => void = () => {},
): Promise<Upload> {
  const { size } = await stat(file);
  const client = service.getContainerClient(containers.incoming).getBlockBlobClient(blob);
  const { etag = '' } = await client.uploadFile(file, {
    onProgress: ({ loadedBytes }) => onProgress(size === 0 ? 1 : loadedBytes / size),
  });
  return { blob, etag: etag.replaceAll('"', ''), bytes: size };
}

/**
 * Waits for the run of an upload. Which route takes a blob is the app's affair, so each folder of results is looked at.
 * @throws {Error} when there is no report within the time
 */
export async function waitForRun(service: BlobServiceClient, upload: Upload, timeoutMs: number): Promise<FinishedRun> {
  const results = service.getContainerClient(containers.results);
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const found = await findRun(results, upload);
    if (found !== undefined) return found;
    await sleep(pollMs);
  }
  throw new Error(
    `There is no report for ${upload.blob} after ${Math.round(timeoutMs / 1000)} s. Is the app running, and is its queue "incoming" empty?`,
  );
}

async function findRun(results: ContainerClient, { blob, etag }: Upload): Promise<FinishedRun | undefined> {
  for await (const top of results.listBlobsByHierarchy('/')) {
    if (top.kind !== 'prefix') continue;
    for await (const run of results.listBlobsByHierarchy('/', { prefix: `${top.name}${blob}/` })) {
      if (run.kind !== 'prefix') continue;
      const report = await readReport(results, `${run.name}report.json`);
      if (report?.source.etag === etag) return { report, folder: run.name };
    }
  }
  return undefined;
}

async function readReport(results: ContainerClient, path: string): Promise<RunReport | undefined> {
  const blob = results.getBlobClient(path);
  if (!(await blob.exists())) return undefined;
  return JSON.parse((await blob.downloadToBuffer()).toString()) as RunReport;
}

/** Saves the files of a run beside each other: `shift.scores.csv`, `shift.errors.csv`. @returns their paths */
export async function saveResults(
  service: BlobServiceClient,
  { report, folder }: FinishedRun,
  target: string,
): Promise<string[]> {
  const results = service.getContainerClient(containers.results);
  return Promise.all(
    report.files.map(async ({ name }) => {
      const path = `${target}.${name}`;
      await results.getBlobClient(`${folder}${name}`).downloadToFile(path);
      return path;
    }),
  );
}
