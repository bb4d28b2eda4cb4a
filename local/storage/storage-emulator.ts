import { Worker } from 'node:worker_threads';

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

export interface StorageEmulator {
  readonly connectionString: string;
  readonly blobPort: number;
  readonly queuePort: number;
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
  | { readonly kind: 'failed'; readonly message: string };

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

  const ports = await new Promise<{ blobPort: number; queuePort: number }>((resolve, reject) => {
    thread.once('error', reject);
    thread.on('message', (report: StorageThreadReport) => {
      if (report.kind === 'ready') resolve(report);
      else if (report.kind === 'failed') reject(new Error(`Azurite does not start: ${report.message}`));
      else if (report.kind === 'written') onBlobWritten?.(report.blob);
    });
  });
  return {
    connectionString: connectionStringOf(host, ports.blobPort, ports.queuePort),
    ...ports,
    async close() {
      thread.postMessage('close');
      await ended;
    },
  };
}
