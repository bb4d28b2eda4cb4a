import type { BlobServiceClient } from '@azure/storage-blob';
import { containers } from '../core/resources.ts';
import { FileReconciler } from '../scoring/files/reconcile-files.ts';
import { SharedRuns } from '../scoring/files/shared-runs.ts';
import type { JobPorts } from '../scoring/files/submit-job.ts';
import type { ModelRegistry } from '../scoring/model-registry.ts';
import { Remembered } from '../scoring/remembered.ts';
import { type Connection, openQueueService } from './azure-clients.ts';
import { BlobIncomingFiles } from './blob-incoming-files.ts';
import { BlobResultFiles } from './blob-result-files.ts';
import { BlobRunRecords } from './blob-run-records.ts';
import { BlobSourceFiles } from './blob-source-files.ts';
import { BlobUploads } from './blob-uploads.ts';
import { collectEarly } from './collect-early.ts';
import { StorageRunQueues } from './storage-run-queues.ts';

const partMegabytesDefault = 32;

export interface RunsOptions {
  readonly blobs: () => Promise<BlobServiceClient>;
  /** How queue storage is reached, asked when it is first needed. */
  readonly queues: () => Connection;
  /** A larger file is cut into parts of about this size. */
  readonly partMegabytes?: number | undefined;
}

/** Everything that doors of files need, over the containers and queues of one account. */
export interface FilePorts extends JobPorts {
  readonly jobs: JobPorts;
  readonly fileReconciler: FileReconciler;
}

export function openFiles(options: RunsOptions & { readonly registry: ModelRegistry }): FilePorts {
  collectEarly();
  const { blobs, registry } = options;
  const container = (name: string) => async () => (await blobs()).getContainerClient(name);
  const runs = openRuns(options);
  const jobs: JobPorts = {
    runs,
    source: new BlobSourceFiles(blobs),
    results: new BlobResultFiles(container(containers.results)),
    incoming: new BlobIncomingFiles(blobs),
  };
  const uploads = new BlobUploads(container(containers.incoming));
  return { ...jobs, jobs, fileReconciler: new FileReconciler({ registry, runs, uploads }) };
}

/** Runs of files over the containers and queues of one account. */
export function openRuns({ blobs, queues, partMegabytes = partMegabytesDefault }: RunsOptions): SharedRuns {
  const container = (name: string) => async () => (await blobs()).getContainerClient(name);
  const queueService = new Remembered(async () => openQueueService(queues()));
  return new SharedRuns({
    records: new BlobRunRecords(container(containers.runs)),
    reports: new BlobRunRecords(container(containers.results)),
    pieces: new BlobResultFiles(container(containers.results)),
    queues: new StorageRunQueues(() => queueService.value()),
    partBytes: partMegabytes * 2 ** 20,
  });
}

/** The same for those who look alone, and have no queues. */
export const runsIn = (blobs: RunsOptions['blobs']): SharedRuns =>
  openRuns({
    blobs,
    queues: () => {
      throw new Error('The queues of these runs are not known.');
    },
  });
