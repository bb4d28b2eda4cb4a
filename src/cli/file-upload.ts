import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobServiceClient } from '@azure/storage-blob';
import { askingFor } from '../adapters/blob-incoming-files.ts';
import { runsIn } from '../adapters/open-runs.ts';
import { containers } from '../core/resources.ts';
import type { ResultFormat } from '../core/routes/result-format.ts';
import type { RunStatus } from '../scoring/files/run-status.ts';
import { type FoundReport, findReport, findRun } from './runs/find-run.ts';

const pollMs = 250;

/** An upload, and the folder of its run once it has a report. */
export interface Upload {
  readonly blob: string;
  readonly etag: string;
  readonly bytes: number;
}

/** A run with its report, and where it lies in the container of results. */
export type FinishedRun = FoundReport;

export interface UploadOptions {
  /** The format of the scores; as the route says when absent. */
  readonly results?: ResultFormat | undefined;
  /** Told the share of the bytes that are uploaded. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Uploads a file for scoring.
 * @param blob its name in the container of uploads, for example `machine-failure/shift.csv`
 */
export async function uploadFile(
  service: BlobServiceClient,
  file: string,
  blob: string,
  { results, onProgress = () => {} }: UploadOptions = {},
): Promise<Upload> {
  const { size } = await stat(file);
  const client = service.getContainerClient(containers.incoming).getBlockBlobClient(blob);
  const { etag = '' } = await client.uploadFile(file, {
    ...(results !== undefined && { metadata: askingFor(results) }),
    onProgress: ({ loadedBytes }) => onProgress(size === 0 ? 1 : loadedBytes / size),
  });
  return { blob, etag: etag.replaceAll('"', ''), bytes: size };
}

/** How often all results are searched, for runs whose route is none of the usual ones. */
const searchEvery = 8;

/**
 * Waits for the run of an upload.
 * @param onStatus told how far it is, as long as it goes on
 * @throws {Error} when there is no report within the time, counted from the last progress
 */
export async function waitForRun(
  service: BlobServiceClient,
  upload: Upload,
  timeoutMs: number,
  onStatus: (status: RunStatus) => void = () => {},
): Promise<FinishedRun> {
  const runs = runsIn(async () => service);
  let deadline = performance.now() + timeoutMs;
  let partsDone = 0;
  for (let look = 1; performance.now() < deadline; look++) {
    const status = await findRun(runs, upload);
    if (status?.report !== undefined) return { report: status.report, folder: `${status.folder}/` };
    const found = status === undefined || look % searchEvery === 0 ? await findReport(service, upload) : undefined;
    if (found !== undefined) return found;
    if (status !== undefined) onStatus(status);
    if (status !== undefined && status.partsDone > partsDone) {
      partsDone = status.partsDone;
      deadline = performance.now() + timeoutMs;
    }
    await sleep(pollMs);
  }
  throw new Error(
    `There is no report for ${upload.blob} after ${Math.round(timeoutMs / 1000)} s. Is the app running, and is its queue "incoming" empty?`,
  );
}

/**
 * Saves the files of a run beside each other: `shift.scores.csv`, `shift.errors.csv`. Their folder is made.
 * @returns their paths
 */
export async function saveResults(
  service: BlobServiceClient,
  { report, folder }: FinishedRun,
  target: string,
): Promise<string[]> {
  const results = service.getContainerClient(containers.results);
  await mkdir(dirname(target), { recursive: true });
  return Promise.all(
    report.files.map(async ({ name }) => {
      const path = `${target}.${name}`;
      await results.getBlobClient(`${folder}${name}`).downloadToFile(path);
      return path;
    }),
  );
}
