import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TwinAddress } from '../src/cli/twin-file.ts';
import { connections } from '../src/core/resources.ts';
import type { LogLine } from './host/log.ts';
import { type HostOptions, type RunningHost, startHost } from './host/start-host.ts';
import { wantedOrAny } from './services/free-port.ts';
import { anyPorts, type RunningServices, type ServicePorts, startServices } from './services/start-services.ts';

export interface TwinOptions {
  /** Where the twin keeps its data over a restart and says where it is; nowhere when absent. */
  readonly folder?: string;
  /** Wanted ports of the services; a taken one becomes a free one. Any free ones when absent. */
  readonly ports?: ServicePorts;
  /** Wanted port of HTTP. */
  readonly httpPort?: number;
  /** Settings of the app beside those that lead to the services. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly hostOverrides?: HostOptions['hostOverrides'];
  /** The app; this project when absent. */
  readonly appFolder?: string;
  readonly onLog?: (line: LogLine) => void;
}

/** The whole system on this machine: services, host and worker in a process each. */
export interface Twin {
  readonly url: string;
  readonly connections: RunningServices['connections'];
  readonly services: RunningServices;
  /** The host that runs now: another one after a restart. */
  host(): RunningHost;
  /** Starts the host again, after it was drained or killed. */
  restartHost(): Promise<RunningHost>;
  /** Drains the host, then ends the services. */
  close(): Promise<void>;
}

/**
 * In Azure a killed host's partitions are free for others after two minutes. Here nobody wants to wait for that after
 * a hard end.
 */
const quickOwnership = {
  extensions__eventHubs__partitionOwnershipExpirationInterval: '00:00:10',
  extensions__eventHubs__loadBalancingUpdateInterval: '00:00:02',
};

const project = fileURLToPath(new URL('..', import.meta.url));

/** The settings that lead an app to the twin's services; the same names lead to Azure there. */
export const settingsOf = (to: RunningServices['connections']): Record<string, string> => ({
  AzureWebJobsStorage: to.storage,
  [connections.storage]: to.storage,
  [connections.events]: to.events,
  [connections.cosmos]: to.cosmos,
  FUNCTIONS_WORKER_RUNTIME: 'node',
  AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
});

/**
 * Starts the twin and resolves when every door listens.
 * @throws {Error} when a part does not start; what had started is ended
 */
export async function startTwin(options: TwinOptions = {}): Promise<Twin> {
  const { folder, ports = anyPorts, httpPort = 0, onLog, appFolder = project } = options;
  const hostOverrides = { ...quickOwnership, ...options.hostOverrides };
  const services = await startServices({ ports, ...(folder && { folder }) });
  const settings = { ...settingsOf(services.connections), ...options.settings };
  const start = (port: number) => startHost({ appFolder, settings, port, hostOverrides, ...(onLog && { onLog }) });
  let host: RunningHost;
  try {
    host = await start(await wantedOrAny(httpPort));
  } catch (error) {
    await services.close();
    throw error;
  }
  // A restarted host is found where the first one was.
  const port = Number(new URL(host.url).port);
  const forget =
    folder === undefined
      ? () => {}
      : publishAddress(folder, { pid: process.pid, url: host.url, connections: services.connections });
  return {
    url: host.url,
    connections: services.connections,
    services,
    host: () => host,
    async restartHost() {
      host = await start(port);
      return host;
    },
    async close() {
      forget();
      await host.drain();
      await services.close();
    },
  };
}

/** Tells the command line where the twin is. @returns what takes the word back */
function publishAddress(folder: string, address: TwinAddress): () => void {
  const path = join(folder, 'twin.json');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${JSON.stringify(address, null, 2)}\n`, { mode: 0o600 });
  return () => rmSync(path, { force: true });
}
