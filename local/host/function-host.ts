import { setTimeout as delay } from 'node:timers/promises';
import { defineFunctions } from './app/define-functions.ts';
import { type FunctionDefinition, functionsOfType } from './app/function-definition.ts';
import { startEventHubListener } from './event-hubs/event-hub-listener.ts';
import { hostIdOf } from './host-id.ts';
import type { HostReport, InvocationState } from './host-reports.ts';
import { HttpListener } from './http/http-listener.ts';
import { FunctionInvoker } from './invoke/function-invoker.ts';
import type { LaunchArguments } from './launch-messages.ts';
import type { Listener } from './listener.ts';
import { type Log, messageOf } from './log.ts';
import { startQueueListener } from './queues/queue-listener.ts';
import { type AppSettings, readAppSettings } from './settings/app-settings.ts';
import { connectionStringOf } from './settings/binding-settings.ts';
import { type HostJson, readHostJson } from './settings/host-json.ts';
import { TimerListener } from './timers/timer-listener.ts';
import type { FunctionMetadata, InvocationRequest } from './worker/worker-messages.ts';
import type { WorkerProcess } from './worker/worker-process.ts';
import { WorkerSupervisor } from './worker/worker-supervisor.ts';

export interface FunctionHostOptions extends LaunchArguments {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  /** Called once when the host cannot go on: its worker died too often. */
  readonly onFatal: (message: string) => void;
  readonly report: (report: HostReport) => void;
}

const drainTimeoutMs = 10_000;

/** A Functions app with all its listeners, from start to drain. */
export class FunctionHost {
  readonly #options: FunctionHostOptions;
  readonly #settings: AppSettings;
  readonly #hostJson: HostJson;
  readonly #hostId: string;
  readonly #supervisor: WorkerSupervisor;
  readonly #invoker: FunctionInvoker;
  readonly #listeners: Listener[] = [];
  readonly #timers: TimerListener[] = [];
  #http: HttpListener | undefined;
  functions: readonly FunctionDefinition[] = [];

  /** @throws {Error} when host.json or local.settings.json cannot be used */
  constructor(options: FunctionHostOptions) {
    const { appFolder, environment, log, onFatal, workerExecArgv } = options;
    this.#options = options;
    this.#settings = readAppSettings(appFolder, environment);
    this.#hostJson = readHostJson(appFolder, this.#settings);
    this.#hostId = hostIdOf(appFolder);
    this.#supervisor = new WorkerSupervisor({
      appFolder,
      environment: workerEnvironment(this.#settings, options),
      execArgv: [...workerExecArgv, ...configuredExecArgv(this.#settings)],
      log,
      onFatal,
      onInvocation: (request, state) => this.#reportInvocation(request, state),
      onWorker: ({ pid, isEnded, cut }) =>
        options.report(isEnded ? { kind: 'worker-ended', pid, cut } : { kind: 'worker-started', pid }),
    });
    const { functionTimeoutMs } = this.#hostJson;
    this.#invoker = new FunctionInvoker({ supervisor: this.#supervisor, functionTimeoutMs, log });
  }

  /**
   * Loads the app, then starts what listens.
   * @returns the port of the HTTP server
   * @throws {Error} with what went wrong first; the process should then end
   */
  async start(): Promise<number> {
    const { log, port } = this.#options;
    const worker = await this.#supervisor.start();
    refuseStreaming(worker.capabilities);
    this.functions = defineFunctions(worker.functions, {
      settings: this.#settings,
      allowList: this.#hostJson.functions,
      log,
    });
    this.#http = this.#makeHttp(worker.functions);
    await this.#startListeners(worker);
    return this.#http.start(port);
  }

  /** Waits for a running worker. */
  async workerPid(): Promise<number> {
    return (await this.#supervisor.running()).pid;
  }

  /**
   * Ends in order: nothing new is taken in, HTTP answers 503, what runs may end within ten seconds, then the app's
   * appTerminate hooks run. A batch that was cut off is not checkpointed.
   */
  async drain(): Promise<void> {
    const { log } = this.#options;
    const stopped = Promise.allSettled([this.#http?.stop(), ...this.#listeners.map((listener) => listener.stop())]);
    const results = await Promise.race([stopped, delay(drainTimeoutMs)]);
    if (results === undefined) {
      log(
        'warning',
        'Host.Drain',
        `After ${drainTimeoutMs / 1000} seconds some invocations still run and are cut off.`,
      );
    }
    for (const result of results ?? []) {
      if (result.status === 'rejected') log('warning', 'Host.Drain', messageOf(result.reason));
    }
    await this.#supervisor.terminate();
    this.#http?.close();
  }

  #reportInvocation({ functionId, invocationId: id }: InvocationRequest, state: InvocationState): void {
    const definition = this.functions.find((each) => each.functionId === functionId);
    if (definition === undefined || definition.trigger.type === 'httpTrigger') return;
    this.#options.report({ kind: 'invocation', id, functionName: definition.name, state });
  }

  #makeHttp(registered: readonly FunctionMetadata[]): HttpListener {
    const enabled = new Set(this.functions.map(({ name }) => name));
    return new HttpListener({
      functions: functionsOfType(this.functions, 'httpTrigger'),
      settings: this.#hostJson.http,
      admin: {
        hostId: this.#hostId,
        registered,
        isEnabled: (name) => enabled.has(name),
        runTimer: (name) => this.#runTimer(name),
      },
      invoker: this.#invoker,
      log: this.#options.log,
    });
  }

  #runTimer(name: string): boolean {
    const timer = this.#timers.find(({ functionName }) => functionName.toLowerCase() === name);
    timer?.runNow();
    return timer !== undefined;
  }

  async #startListeners(worker: WorkerProcess): Promise<void> {
    const common = { invoker: this.#invoker, log: this.#options.log };
    const includeEmpty = Boolean(worker.capabilities.IncludeEmptyEntriesInMessagePayload?.trim());
    const storageOf = (name: string) => connectionStringOf('AzureWebJobsStorage', this.#settings, name);
    for (const definition of functionsOfType(this.functions, 'timerTrigger')) {
      const storage = () => storageOf(definition.name);
      const timer = new TimerListener({ ...common, definition, hostId: this.#hostId, storage });
      this.#timers.push(timer);
      this.#listeners.push(timer);
      await timer.start();
    }
    for (const definition of functionsOfType(this.functions, 'queueTrigger')) {
      this.#listeners.push(await startQueueListener({ ...common, definition, settings: this.#hostJson.queues }));
    }
    for (const definition of functionsOfType(this.functions, 'eventHubTrigger')) {
      const storage = storageOf(definition.name);
      const settings = this.#hostJson.eventHubs;
      this.#listeners.push(await startEventHubListener({ ...common, definition, settings, storage, includeEmpty }));
    }
  }
}

/** What Core Tools tells the worker besides the app's settings. */
function workerEnvironment(settings: AppSettings, { appFolder, port }: LaunchArguments): Record<string, string> {
  return {
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    FUNCTIONS_WORKER_RUNTIME: 'node',
    // A free port is not known before the app is loaded.
    ...(port > 0 && { WEBSITE_HOSTNAME: `localhost:${port}` }),
    ...settings,
    AzureWebJobsScriptRoot: appFolder,
  };
}

/** An app setting of the Functions host for arguments of the worker's node, such as --max-old-space-size. */
function configuredExecArgv(settings: AppSettings): string[] {
  return (settings.languageWorkers__node__arguments ?? '').split(/\s+/).filter((argument) => argument !== '');
}

function refuseStreaming(capabilities: Readonly<Record<string, string>>): void {
  if (capabilities.HttpUri === undefined) return;
  throw new Error('The app asks for enableHttpStream, which the local host has not: take it out of app.setup.');
}
