/**
 * Azurite's blob and queue servers, run in a worker thread: Azurite is synchronous enough to hold up its neighbours,
 * and as a child process it would outlive a crashed parent and keep its ports.
 * Its classes are no public API: package.json pins the version, `storage-emulator.test.ts` shows that they still fit.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { answerCall } from '../control/remote-calls.ts';
import type {
  BlobWritten,
  StorageControl,
  StorageThreadOptions,
  StorageThreadReport,
  ToStorageThread,
} from './storage-emulator.ts';
import { type StorageFaults, standBefore } from './storage-faults.ts';

interface AzuriteServer {
  readonly httpServer: Server;
  start(): Promise<void>;
  close(): Promise<void>;
}
type Service = 'blob' | 'queue';

const require = createRequire(import.meta.url);
const load = (path: string) => require(`azurite/dist/src/${path}`);
const options = workerData as StorageThreadOptions;
const report = (message: StorageThreadReport) => parentPort?.postMessage(message);

/** Where a service keeps its files; without a folder all stays in memory. */
function placesOf(service: Service): [metadata: string, extents: string, payload: object[]] {
  if (options.folder === undefined) return ['', '', []];
  const inFolder = (name: string) => join(options.folder as string, name);
  const payload = { locationId: 'Default', locationPath: inFolder(`${service}-payload`), maxConcurrency: 50 };
  return [inFolder(`${service}.json`), inFolder(`${service}-extents.json`), [payload]];
}

/** Azurite's constructor takes its nineteen arguments by position. */
function makeServer(service: Service, port: number): AzuriteServer {
  const prefix = service === 'blob' ? 'Blob' : 'Queue';
  const Configuration = load(`${service}/${prefix}Configuration`).default;
  const ServerClass = load(`${service}/${prefix}Server`).default;
  const keepAliveSeconds = 60;
  const noLogs = [false, undefined, false, undefined] as const;
  const [loose, skipApiVersionCheck] = [false, true];
  const noCertificate = ['', '', '', undefined] as const;
  const [disableProductStyleUrl, inMemory] = [true, options.folder === undefined];
  return new ServerClass(
    new Configuration(
      options.host,
      port,
      keepAliveSeconds,
      ...placesOf(service),
      ...noLogs,
      loose,
      skipApiVersionCheck,
      ...noCertificate,
      disableProductStyleUrl,
      inMemory,
    ),
  );
}

/** The name under which Event Grid reports the call that made a blob whole; undefined for all other calls. */
function writingApi(request: IncomingMessage, query: URLSearchParams): BlobWritten['api'] | undefined {
  if (request.method !== 'PUT') return undefined;
  const component = query.get('comp');
  if (component === 'blocklist') return 'PutBlockList';
  if (component !== null || query.get('restype') !== null) return undefined;
  return request.headers['x-ms-copy-source'] === undefined ? 'PutBlob' : 'CopyBlob';
}

/** Tells the parent of each blob that became whole, once the caller has its answer. */
function watchWrites(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://storage');
  const api = writingApi(request, url.searchParams);
  if (api === undefined) return;
  response.once('finish', () => {
    if (response.statusCode >= 300) return;
    const [, , container, ...name] = url.pathname.split('/').map(decodeURIComponent);
    if (container === undefined || name.length === 0) return;
    report({ kind: 'written', blob: { api, container, name: name.join('/') } });
  });
}

function portOf(server: AzuriteServer): number {
  const address = server.httpServer.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const controlOf = (services: Readonly<Record<Service, StorageFaults>>): StorageControl => ({
  useFaults(plan) {
    for (const { faults } of Object.values(services)) faults.use(plan);
  },
  faultCounts: () => Object.values(services).flatMap(({ faults }) => faults.counts),
  goDark: (service, durationMs, how) => services[service].outage.begin(durationMs, how),
  traffic: () => ({ blob: services.blob.traffic.counts, queue: services.queue.traffic.counts }),
});

try {
  load('common/persistence/MemoryExtentStore').SharedChunkStore.setSizeLimit(options.memoryBytesMax);
  const blob = makeServer('blob', options.blobPort);
  const queue = makeServer('queue', options.queuePort);
  await blob.start();
  await queue.start();
  blob.httpServer.prependListener('request', watchWrites);
  const services = {
    blob: standBefore('blob', blob.httpServer),
    queue: standBefore('queue', queue.httpServer),
  };
  const control = controlOf(services);
  parentPort?.on('message', async (message: ToStorageThread) => {
    if (message.kind === 'call') return report(await answerCall(control, message));
    for (const { outage } of Object.values(services)) await outage.end();
    await blob.close();
    await queue.close();
    report({ kind: 'closed' });
    parentPort?.close();
  });
  report({ kind: 'ready', blobPort: portOf(blob), queuePort: portOf(queue) });
} catch (error) {
  report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
}
