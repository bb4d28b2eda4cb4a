import { type Log, messageOf } from '../log.ts';
import { CrashBudget } from './crash-budget.ts';
import type { InvocationRequest } from './worker-messages.ts';
import { type WorkerAnswer, type WorkerOptions, WorkerProcess } from './worker-process.ts';

export interface SupervisorOptions extends WorkerOptions {
  /** Called once, when the worker died too often and the host must stop. */
  readonly onFatal: (message: string) => void;
  /** Called when a worker has loaded the app, and when it is gone. */
  readonly onWorker?: (worker: WorkerProcess) => void;
}

/** Keeps one worker process running: starts a new one when it dies, until it died three times within 30 minutes. */
export class WorkerSupervisor {
  readonly #options: SupervisorOptions;
  readonly #log: Log;
  readonly #budget = new CrashBudget();
  #process: WorkerProcess | undefined;
  #ready: PromiseWithResolvers<WorkerProcess> = Promise.withResolvers();
  #isStopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#log = options.log;
  }

  /**
   * Starts the first worker.
   * @returns the worker with the functions that the app registered
   * @throws {Error} when the app cannot be loaded
   */
  async start(): Promise<WorkerProcess> {
    const worker = this.#fork();
    await worker.loaded();
    this.#watch(worker);
    this.#ready.resolve(worker);
    return worker;
  }

  /** Waits for a running worker. It waits for ever when the host is about to stop. */
  running(): Promise<WorkerProcess> {
    return this.#ready.promise;
  }

  /**
   * Runs one invocation in the worker, waiting for the worker while it is started again.
   * @param timeoutMs when the handler takes longer, the worker is killed and a new one started
   */
  async invoke(
    request: InvocationRequest,
    timeoutMs: number | undefined,
    signal: AbortSignal,
  ): Promise<WorkerAnswer | { readonly kind: 'timed-out' } | { readonly kind: 'stopped' }> {
    const worker = await runningOrStopped(this.running(), signal);
    if (worker === undefined) return { kind: 'stopped' };
    const answer = worker.invoke(request);
    if (timeoutMs === undefined) return answer;
    const timeout = Promise.withResolvers<{ kind: 'timed-out' }>();
    const timer = setTimeout(() => timeout.resolve({ kind: 'timed-out' }), timeoutMs);
    const first = await Promise.race([answer, timeout.promise]);
    clearTimeout(timer);
    if (first.kind === 'timed-out') this.#replace(worker, 'a function ran into its timeout');
    return first;
  }

  /** Ends the worker for good, its appTerminate hooks first. */
  async terminate(): Promise<void> {
    this.#isStopping = true;
    await this.#process?.terminate();
  }

  #fork(): WorkerProcess {
    const worker = new WorkerProcess(this.#options);
    this.#process = worker;
    return worker;
  }

  /** Takes invocations away from a worker at once, then kills it. This costs no death of the budget. */
  #replace(worker: WorkerProcess, reason: string): void {
    if (this.#process !== worker || worker.isEnded || this.#isStopping) return;
    this.#log('warning', 'Host.Worker', `The worker process ${worker.pid} is restarted: ${reason}.`);
    this.#ready = Promise.withResolvers();
    this.#restartAfter(worker);
    worker.kill();
  }

  #watch(worker: WorkerProcess): void {
    this.#options.onWorker?.(worker);
    worker.ended.then((reason) => {
      this.#options.onWorker?.(worker);
      if (this.#process !== worker || this.#isStopping) return;
      this.#log('error', 'Host.Worker', `The worker process ${worker.pid} died: ${reason}.`);
      this.#ready = Promise.withResolvers();
      this.#onDeath(reason);
    });
  }

  #onDeath(reason: string): void {
    if (this.#budget.spend(Date.now())) return void this.#restart();
    this.#isStopping = true;
    // What failed with the worker settles first, as it does in the Functions host: a checkpoint may still move.
    setImmediate(() =>
      this.#options.onFatal(
        `The worker process died 3 times within 30 minutes (the last time: ${reason}), so the host stops, as the Functions host does. ` +
          'The lines above show what the app wrote before. Start the host again when the cause is gone.',
      ),
    );
  }

  #restartAfter(worker: WorkerProcess): void {
    this.#process = undefined;
    worker.ended.then(() => {
      if (!this.#isStopping) this.#restart();
    });
  }

  async #restart(): Promise<void> {
    const worker = this.#fork();
    try {
      await worker.loaded();
    } catch (error) {
      if (this.#isStopping) return;
      this.#log('error', 'Host.Worker', `The worker could not be started again: ${messageOf(error)}`);
      worker.kill();
      await worker.ended;
      return this.#onDeath(messageOf(error));
    }
    if (this.#isStopping) return worker.kill();
    this.#log('information', 'Host.Worker', `A new worker process runs: ${worker.pid}.`);
    this.#watch(worker);
    this.#ready.resolve(worker);
  }
}

async function runningOrStopped(
  running: Promise<WorkerProcess>,
  signal: AbortSignal,
): Promise<WorkerProcess | undefined> {
  if (signal.aborted) return undefined;
  const stopped = Promise.withResolvers<undefined>();
  const onAbort = () => stopped.resolve(undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([running, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
