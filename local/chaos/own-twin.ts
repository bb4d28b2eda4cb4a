import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LogLine } from '../host/log.ts';
import { startTwin, type Twin, type TwinOptions } from '../twin.ts';
import type { RunningSystem } from './scene.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** A partition of a killed host is another's after six seconds, and hosts look for such partitions every two. */
const chaosOwnership = {
  extensions__eventHubs__partitionOwnershipExpirationInterval: '00:00:06',
  extensions__eventHubs__loadBalancingUpdateInterval: '00:00:02',
};

const logLinesMax = 200_000;

export interface OwnTwinOptions extends Pick<TwinOptions, 'settings' | 'hostOverrides' | 'execArgv' | 'onLog'> {
  /** routes.json of the app; what it comes with when absent. */
  readonly routes?: object;
}

export interface OwnTwin extends RunningSystem {
  readonly twin: Twin;
  readonly own: { readonly log: readonly LogLine[] };
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

/** What an app consists of; the twin of a disaster has its own copy, which no build replaces in the middle. */
const appFiles = ['dist', 'models', 'host.json', 'package.json'];

async function copyApp(folder: string, routes: object | undefined): Promise<string> {
  const app = join(folder, 'app');
  await mkdir(app);
  await Promise.all(appFiles.map((name) => cp(join(project, name), join(app, name), { recursive: true })));
  await symlink(join(project, 'node_modules'), join(app, 'node_modules'), 'junction');
  if (routes !== undefined) await writeFile(join(app, 'models', 'routes.json'), JSON.stringify(routes));
  return app;
}

/** Starts a twin in a folder of its own, whose services keep everything in memory. */
export async function startOwnTwin({ routes, ...options }: OwnTwinOptions = {}): Promise<OwnTwin> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-chaos-'));
  const log: LogLine[] = [];
  try {
    const twin = await startTwin({
      ...options,
      appFolder: await copyApp(folder, routes),
      hostOverrides: { ...chaosOwnership, ...options.hostOverrides },
      addressFolder: folder,
      isSupervised: true,
      onLog(line) {
        if (log.length < logLinesMax) log.push(line);
        options.onLog?.(line);
      },
    });
    return {
      twin,
      connections: twin.connections,
      control: twin.control,
      folder,
      own: { log },
      async close() {
        await twin.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
