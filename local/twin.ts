import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accessSettings, modelSettings, connections as names } from '../src/core/resources.ts';
import { overridesOf, type StreamProfile, streamProfiles } from '../src/core/streams/stream-profiles.ts';
import { type Remote, remoteOf } from './control/remote-calls.ts';
import { dispatchTo, hostControl, type TwinControl } from './control/twin-control.ts';
import type { LogLine } from './host/log.ts';
import type { ProcessEnd } from './host/process-end.ts';
import type { HostOptions, RunningHost } from './host/start-host.ts';
import { SupervisedHost } from './host/supervised-host.ts';
import { publishTwin } from './published-twin.ts';
import { wantedOrAny } from './services/free-port.ts';
import { outboundHubsOf } from './services/route-hubs.ts';
import { anyPorts, type RunningServices, type ServicePorts, startServices } from './services/start-services.ts';

export interface TwinOptions {
  /** Where the twin keeps its data over a restart; in memory when absent. */
  readonly folder?: string;
  /** Where it says where it is and takes orders; `folder` when absent. */
  readonly addressFolder?: string;
  /** Wanted ports of the services; a taken one becomes a free one. Any free ones when absent. */
  readonly ports?: ServicePorts;
  /** Wanted port of HTTP. */
  readonly httpPort?: number;
  /** Settings of the app beside those that lead to the services. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How the stream is read: `latency` when absent, as whoever drives a twin waits for single events. */
  readonly profile?: StreamProfile;
  readonly hostOverrides?: HostOptions['hostOverrides'];
  /** Hosts of the app, each with a worker: the first has the port. One when absent. */
  readonly instances?: number;
  /** Arguments for the worker's node. */
  readonly execArgv?: readonly string[];
  /** The app; this project when absent. */
  readonly appFolder?: string;
  /** Starts a host again that ended without being told to, as the platform does. */
  readonly isSupervised?: boolean;
  readonly onHostEnd?: (end: ProcessEnd) => void;
  readonly onLog?: (line: LogLine) => void;
}

/** The whole system on this machine: services, host and worker in a process each. */
export interface Twin {
  readonly url: string;
  readonly connections: RunningServices['connections'];
  readonly services: RunningServices;
  /** Faults, kills and counts. */
  readonly control: Remote<TwinControl>;
  /** The host that runs now: another one after a restart. */
  host(): RunningHost;
  /** Starts the host again, after it was drained or killed. */
  restartHost(): Promise<RunningHost>;
  /** Drains the hosts, then ends the services. */
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

/** V8 sizes its heap by the machine: a worker here shall not have more of it than an instance of 2,048 MB has. */
const smallInstance = { languageWorkers__node__arguments: '--max-semi-space-size=8' };

const project = fileURLToPath(new URL('..', import.meta.url));

/** The settings that lead an app to the twin's services; the same names lead to Azure there. */
export const settingsOf = (to: RunningServices['connections']): Record<string, string> => ({
  AzureWebJobsStorage: to.storage,
  [names.storage]: to.storage,
  [names.events]: to.events,
  [names.cosmos]: to.cosmos,
  FUNCTIONS_WORKER_RUNTIME: 'node',
  AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
  [accessSettings.anonymous]: 'on',
  [accessSettings.docs]: 'on',
});

/**
 * Starts the twin and resolves when every door listens.
 * @throws {Error} when a part does not start; what had started is ended
 */
export async function startTwin(options: TwinOptions = {}): Promise<Twin> {
  const { folder, addressFolder = folder, ports = anyPorts, httpPort = 0 } = options;
  const hubs = outboundHubsOf(options.settings?.[modelSettings.folder] ?? join(options.appFolder ?? project, 'models'));
  const services = await startServices({ ports, hubs, ...(folder && { folder }) });
  const hosts: SupervisedHost[] = [];
  const addHost = async (port: number) => {
    const host = new SupervisedHost({ ...hostOptions(options, services), port });
    await host.start();
    return hosts.push(host) - 1;
  };
  try {
    await addHost(await wantedOrAny(httpPort));
    await Promise.all(Array.from({ length: (options.instances ?? 1) - 1 }, () => addHost(0)));
  } catch (error) {
    await Promise.all(hosts.map((host) => host.close()));
    await services.close();
    throw error;
  }
  const [first] = hosts as [SupervisedHost];
  const { url } = first.current;
  const dispatch = dispatchTo(
    hostControl(hosts, () => addHost(0)),
    services.control,
  );
  const { connections } = services;
  const published =
    addressFolder === undefined
      ? undefined
      : await publishTwin(addressFolder, { pid: process.pid, url, connections }, dispatch);
  return {
    url,
    connections,
    services,
    control: remoteOf<TwinControl>(dispatch),
    host: () => first.current,
    restartHost: () => first.start(),
    async close() {
      await published?.withdraw();
      await Promise.all(hosts.map((host) => host.close()));
      await services.close();
    },
  };
}

function hostOptions(options: TwinOptions, services: RunningServices) {
  const { appFolder = project, profile = 'latency', onLog, onHostEnd, execArgv, isSupervised = false } = options;
  return {
    appFolder,
    isSupervised,
    settings: { ...settingsOf(services.connections), ...smallInstance, ...options.settings },
    hostOverrides: { ...overridesOf(streamProfiles[profile]), ...quickOwnership, ...options.hostOverrides },
    ...(execArgv && { execArgv }),
    ...(onLog && { onLog }),
    ...(onHostEnd && { onEnd: onHostEnd }),
  };
}
