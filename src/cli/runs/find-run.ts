import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { runId } from '../../core/ids.ts';
import { containers } from '../../core/resources.ts';
import type { RunReport } from '../../scoring/files/run-report.ts';
import { type RunStatus, runStatus } from '../../scoring/files/run-status.ts';
import type { SharedRuns } from '../../scoring/files/shared-runs.ts';

/** An upload, as the app finds it. */
export interface Uploaded {
  readonly blob: string;
  readonly etag: string;
}

/** A report, and the folder in the container of results where it lies. */
export interface FoundReport {
  readonly report: RunReport;
  readonly folder: string;
}

/**
 * How the run of an upload stands. Its id is made of blob, ETag and the prefix of the route that takes it, and routes end
 * at a slash mostly: those prefixes are tried.
 */
export async function findRun(runs: SharedRuns, { blob, etag }: Uploaded): Promise<RunStatus | undefined> {
  const ends = [...blob.matchAll(/\//g)].map(({ index }) => index + 1);
  const prefixes = [...ends.toReversed(), 0].map((end) => blob.slice(0, end));
  const ids = prefixes.map((prefix) => runId(containers.incoming, blob, etag, prefix));
  const found = await Promise.all(ids.map((id) => runStatus(runs, id)));
  return found.find((status) => status !== undefined);
}

/** The report of an upload, whichever route took it: each folder of results is looked at. */
export async function findReport(
  service: BlobServiceClient,
  { blob, etag }: Uploaded,
): Promise<FoundReport | undefined> {
  const results = service.getContainerClient(containers.results);
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
