import { type ChildProcess, fork } from 'node:child_process';
import { resolve as resolvePath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type HostReport, isHostReport } from './host-reports.ts';
import type { FromHost, ToHost } from './launch-messages.ts';
import type { LogLine } from './log.ts';
import { endOf, type ProcessEnd } from './process-end.ts';
import { overridePrefix } from './settings/host-overrides.ts';
import { readLines } from './worker/console-lines.ts';

export interface HostOptions {
  /** Holds host.json and package.json. */
  readonly appFolder: string;
  /** App settings: the environment of the app (AzureWebJobsStorage, connections, ...). */
  readonly settings: Readonly<Record<string, string>>;
  /** Port of HTTP; 0 or absent: a free one. */
  readonly port?: number;
  /** Values that go over host.json, such as `{ 'extensions__eventHubs__maxEventBatchSize': '64' }`. */
  readonly hostOverrides?: Readonly<Record<string, string>>;
  /** Arguments for the worker's node. */
  readonly execArgv?: readonly string[];
  readonly onLog?: (line: LogLine) => void;
  readonly onReport?: (report: HostReport) => void;
}

export interface RunningHost {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  /** Of the host process. */
  readonly pid: number;
  readonly functions: readonly { readonly name: string; readonly trigger: string }[];
  /** The process that runs the app's code; waits for one when it is just being started again. */
  workerPid(): Promise<number>;
  /** Ends the host in order; resolves when the process is gone. */
  drain(): Promise<void>;
  /** Kills the host process at once; its worker ends itself. */
  kill(): Promise<void>;
  /** Resolves when the process is gone and all its reports have come. */
  readonly ended: Promise<ProcessEnd>;
}

const mainFile = fileURLToPath(new URL('./main.ts', import.meta.url));

/**
 * Starts a Functions host for one app in a process of its own, with the app in a further one below it.
 * @returns when all its listeners listen
 * @throws {Error} with what went wrong: the app cannot be loaded, a setting is missing, a service is out of reach
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const child = forkHost(options);
  const ended = endOf(child);
  const reports = new HostMessages(child, options);
  const { port, functions } = await reports.untilReady(ended);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    functions,
    workerPid: () => reports.askWorkerPid(ended),
    async drain() {
      send(child, { kind: 'drain' });
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
  };
}

function forkHost({ appFolder, settings, port = 0, hostOverrides = {}, execArgv = [] }: HostOptions): ChildProcess {
  const overrides = Object.entries(hostOverrides).map(([key, value]) => [`${overridePrefix}${key}`, value]);
  const workerArgs = execArgv.map((argument) => `--worker-arg=${argument}`);
  return fork(mainFile, ['--app', resolvePath(appFolder), '--port', String(port), ...workerArgs], {
    env: { ...process.env, ...settings, ...Object.fromEntries(overrides) },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

function send(child: ChildProcess, message: ToHost): void {
  if (child.connected) child.send(message, () => {});
}

/** What the host process says, sorted to those who wait for it. */
class HostMessages {
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<Extract<FromHost, { kind: 'ready' }>>();
  readonly #pids = new Map<number, (pid: number) => void>();
  #questions = 0;
  #lastLine = '';

  constructor(child: ChildProcess, { onLog, onReport }: HostOptions) {
    this.#child = child;
    child.on('message', (message: FromHost) => {
      if (isHostReport(message)) onReport?.(message);
      else if (message.kind === 'ready') this.#ready.resolve(message);
      else if (message.kind === 'start-failed') this.#ready.reject(new Error(message.message));
      else if (message.kind === 'worker-pid') this.#pids.get(message.id)?.(message.pid);
      else onLog?.({ level: message.level, category: message.category, message: message.message });
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      readLines(stream, (line) => {
        this.#lastLine = line;
        onLog?.({ level: 'error', category: 'Host.Console', message: line });
      });
    }
  }

  async untilReady(ended: Promise<ProcessEnd>): Promise<Extract<FromHost, { kind: 'ready' }>> {
    const died = ended.then(({ code, signal }) => {
      throw new Error(`The host ended at its start (${signal ?? `exit code ${code}`}). ${this.#lastLine}`);
    });
    return Promise.race([this.#ready.promise, died]);
  }

  async askWorkerPid(ended: Promise<ProcessEnd>): Promise<number> {
    this.#questions += 1;
    const id = this.#questions;
    const answer = Promise.withResolvers<number>();
    this.#pids.set(id, answer.resolve);
    send(this.#child, { kind: 'worker-pid', id });
    const died = ended.then(() => {
      throw new Error('The host has ended and has no worker.');
    });
    return Promise.race([answer.promise, died]).finally(() => this.#pids.delete(id));
  }
}
