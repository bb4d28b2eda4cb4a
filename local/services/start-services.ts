import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Call, type CallAnswer, Caller, type Remote } from '../control/remote-calls.ts';
import type { ServiceControl } from './service-control.ts';

export interface ServicePorts {
  readonly blob: number;
  readonly queue: number;
  readonly cosmos: number;
  readonly eventHubs: number;
}

export interface ServicesOptions {
  /** Where the services keep their data over a restart; in memory when absent. */
  readonly folder?: string;
  /** Wanted ports; 0, or one that is taken, becomes a free one. */
  readonly ports: ServicePorts;
  /** Event hubs beside those of the app. */
  readonly hubs?: readonly string[];
}

/** Connection strings for any client of the services. */
export interface ServiceConnections {
  readonly storage: string;
  readonly cosmos: string;
  readonly events: string;
}

export interface RunningServices {
  readonly connections: ServiceConnections;
  readonly pid: number;
  readonly control: Remote<ServiceControl>;
  /** Ends the services; what they hold in a folder is on disk afterwards. */
  close(): Promise<void>;
  /** Resolves when the process is gone, however that came. */
  readonly ended: Promise<void>;
}

export type FromServices =
  | { readonly kind: 'ready'; readonly connections: ServiceConnections }
  | { readonly kind: 'failed'; readonly message: string }
  | CallAnswer;
export type ToServices = Call | { readonly kind: 'close' };

/** The ports that the services have in Microsoft's own emulators. */
export const usualPorts: ServicePorts = { blob: 10_000, queue: 10_001, cosmos: 8_081, eventHubs: 5_672 };
export const anyPorts: ServicePorts = { blob: 0, queue: 0, cosmos: 0, eventHubs: 0 };

const processFile = fileURLToPath(new URL('./services-process.ts', import.meta.url));

/**
 * Starts the twin's services in a process of their own and makes what the app needs in them.
 * @throws {Error} when one of them does not start
 */
export async function startServices(options: ServicesOptions): Promise<RunningServices> {
  const child = fork(processFile, [JSON.stringify(options)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const send = (message: ToServices) => {
    if (child.connected) child.send(message, () => {});
  };
  const caller = new Caller<ServiceControl>(send);
  child.once('exit', () => caller.end('The services have ended.'));
  const loading = import('./provision.ts');
  const connections = await untilReady(child, caller);
  const close = async () => {
    send({ kind: 'close' });
    await ended;
  };
  try {
    // Here and not there: whoever starts the services has the clients loaded anyway.
    const { provision } = await loading;
    await provision(connections.storage, connections.cosmos);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    connections,
    pid: child.pid ?? 0,
    control: caller.remote,
    close,
    ended,
  };
}

/** Resolves when all services listen; hands the answers of calls to their caller, then and later. */
function untilReady(child: ChildProcess, caller: Caller<ServiceControl>): Promise<ServiceConnections> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: FromServices) => {
      if (message.kind === 'ready') resolve(message.connections);
      else if (message.kind === 'answer') caller.take(message);
      else reject(new Error(message.message));
    });
    child.once('exit', (code) => reject(new Error(`The services ended with code ${code} before they were ready.`)));
  });
}
