import { Worker } from 'node:worker_threads';
import { type Call, type CallAnswer, Caller, type Remote } from '../control/remote-calls.ts';
import type { RuleCount } from '../faults/fault-injector.ts';
import type { FaultPlan } from '../faults/fault-plan.ts';
import type { Darkness } from '../faults/outage.ts';
import type { StorageTrafficCounts } from './storage-traffic.ts';

/** A call that made a blob whole, as Event Grid names it. */
export interface BlobWritten {
  readonly api: 'PutBlob' | 'PutBlockList' | 'CopyBlob';
  readonly container: string;
  readonly name: string;
}

export interface StorageEmulatorOptions {
  /** Where blobs and queues are kept over a restart; in memory when absent. */
  readonly folder?: string;
  readonly host?: string;
  /** 0 takes a free port. */
  readonly blobPort?: number;
  readonly queuePort?: number;
  /** Called after each write that made a blob whole. */
  readonly onBlobWritten?: (blob: BlobWritten) => void;
}

/** What can be done to the servers while they run. */
export interface StorageControl {
  /** Takes a checked plan; of its rules those for blobs and queues. */
  useFaults(plan: FaultPlan): void;
  /** In the order of the rules, those for blobs before those for queues. */
  faultCounts(): readonly RuleCount[];
  /** Nobody reaches the service for a while. */
  goDark(service: 'blob' | 'queue', durationMs: number, how: Darkness): Promise<void>;
  /** Requests since the start. */
  traffic(): Readonly<Record<'blob' | 'queue', StorageTrafficCounts>>;
}

export interface StorageEmulator {
  readonly connectionString: string;
  readonly blobPort: number;
  readonly queuePort: number;
  readonly control: Remote<StorageControl>;
  /** Ends both servers; what they hold in a folder is on disk afterwards. */
  close(): Promise<void>;
}

export interface StorageThreadOptions {
  readonly folder?: string;
  readonly host: string;
  readonly blobPort: number;
  readonly queuePort: number;
  readonly memoryBytesMax: number;
}

export type StorageThreadReport =
  | { readonly kind: 'ready'; readonly blobPort: number; readonly queuePort: number }
  | { readonly kind: 'written'; readonly blob: BlobWritten }
  | { readonly kind: 'closed' }
  | CallAnswer
  | { readonly kind: 'failed'; readonly message: string };

export type ToStorageThread = Call | { readonly kind: 'close' };

/** The account and key that every storage emulator has; they open nothing but an emulator. */
export const developmentAccount = {
  name: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
} as const;

const memoryBytesMax = 2 ** 30;

function connectionStringOf(host: string, blobPort: number, queuePort: number): string {
  const { name, key } = developmentAccount;
  const endpoint = (port: number) => `http://${host}:${port}/${name}`;
  return (
    `DefaultEndpointsProtocol=http;AccountName=${name};AccountKey=${key};` +
    `BlobEndpoint=${endpoint(blobPort)};QueueEndpoint=${endpoint(queuePort)};`
  );
}

/**
 * Starts Azurite's blob and queue services in a thread of this process.
 * @throws {Error} when a port is taken or the folder cannot be used
 */
export async function startStorageEmulator(options: StorageEmulatorOptions = {}): Promise<StorageEmulator> {
  const { folder, host = '127.0.0.1', blobPort = 0, queuePort = 0, onBlobWritten } = options;
  const workerData: StorageThreadOptions = { ...(folder && { folder }), host, blobPort, queuePort, memoryBytesMax };
  const thread = new Worker(new URL('./azurite-thread.ts', import.meta.url), { workerData, stdout: true });
  const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  const send = (message: ToStorageThread) => thread.postMessage(message);
  const caller = new Caller<StorageControl>(send);
  thread.once('exit', () => caller.end('Storage has ended.'));

  const ports = await new Promise<{ blobPort: number; queuePort: number }>((resolve, reject) => {
    thread.once('error', reject);
    thread.on('message', (report: StorageThreadReport) => {
      if (report.kind === 'ready') resolve(report);
      else if (report.kind === 'failed') reject(new Error(`Azurite does not start: ${report.message}`));
      else if (report.kind === 'written') onBlobWritten?.(report.blob);
      else if (report.kind === 'answer') caller.take(report);
    });
  });
  return {
    connectionString: connectionStringOf(host, ports.blobPort, ports.queuePort),
    ...ports,
    control: caller.remote,
    async close() {
      send({ kind: 'close' });
      await ended;
    },
  };
}
