import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { InvocationState } from '../host-reports.ts';
import type { Log } from '../log.ts';
import { endOf, type ProcessEnd } from '../process-end.ts';
import { readLines } from './console-lines.ts';
import {
  type FromWorker,
  type FunctionMetadata,
  type InvocationError,
  type InvocationRequest,
  type InvocationResponse,
  type ToWorker,
  workerVariables,
} from './worker-messages.ts';

export interface WorkerOptions {
  readonly appFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Arguments for the worker's node. */
  readonly execArgv: readonly string[];
  readonly log: Log;
  /** Called when an invocation is handed to the process, and when it is over. */
  readonly onInvocation?: (request: InvocationRequest, state: InvocationState) => void;
}

/** What became of one invocation; `worker-ended`: the process died, so nobody knows how far the handler came. */
export type WorkerAnswer =
  | { readonly kind: 'succeeded'; readonly response: InvocationResponse }
  | { readonly kind: 'failed'; readonly error: InvocationError }
  | { readonly kind: 'worker-ended'; readonly reason: string };

const mainFile = fileURLToPath(new URL('./worker-main.ts', import.meta.url));
const loadTimeoutMs = 60_000;
const terminateTimeoutMs = 5000;

/** One process of the worker, from its fork to its end. It is not started again: its supervisor makes a new one. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #log: Log;
  readonly #onInvocation: WorkerOptions['onInvocation'];
  readonly #running = new Map<string, { request: InvocationRequest; resolve: (answer: WorkerAnswer) => void }>();
  readonly #loading = Promise.withResolvers<void>();
  #isEnded = false;
  #reasonOfEnd = '';
  #cut = 0;
  functions: readonly FunctionMetadata[] = [];
  capabilities: Readonly<Record<string, string>> = {};
  /** Resolves with how it ended, after all its invocations were failed. */
  readonly ended: Promise<string>;

  constructor(options: WorkerOptions) {
    this.#log = options.log;
    this.#onInvocation = options.onInvocation;
    this.#child = fork(mainFile, [], {
      cwd: options.appFolder,
      env: { ...options.environment, [workerVariables.appFolder]: options.appFolder },
      execArgv: ['--disable-warning=ExperimentalWarning', ...options.execArgv],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#forwardConsole();
    this.#child.on('message', (message: FromWorker) => this.#onMessage(message));
    this.ended = endOf(this.#child).then((end) => {
      const reason = reasonOf(end);
      this.#onEnd(reason);
      return reason;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Invocations that ran when the process ended. */
  get cut(): number {
    return this.#cut;
  }

  /**
   * Resolves when the app is loaded.
   * @throws {Error} with the app's own error when a file of it cannot be loaded
   */
  async loaded(): Promise<void> {
    const timer = setTimeout(() => {
      this.#loading.reject(new Error(`The app was not loaded within ${loadTimeoutMs / 1000} seconds.`));
      this.kill();
    }, loadTimeoutMs);
    await this.#loading.promise.finally(() => clearTimeout(timer));
  }

  /** Sends one invocation and waits for its answer; it never throws. */
  invoke(request: InvocationRequest): Promise<WorkerAnswer> {
    if (this.#isEnded) return Promise.resolve({ kind: 'worker-ended', reason: this.#reasonOfEnd });
    return new Promise((resolve) => {
      this.#running.set(request.invocationId, { request, resolve });
      this.#onInvocation?.(request, 'started');
      this.#send({ kind: 'invoke', request });
    });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Lets the app's appTerminate hooks run, for a bounded time. */
  async terminate(): Promise<void> {
    if (this.#isEnded) return;
    this.#send({ kind: 'terminate' });
    const timer = setTimeout(() => this.kill(), terminateTimeoutMs);
    await this.ended;
    clearTimeout(timer);
  }

  /** A message to a process that is just dying is lost; its exit fails the invocation. */
  #send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #onMessage(message: FromWorker): void {
    switch (message.kind) {
      case 'loaded':
        this.functions = message.functions;
        this.capabilities = message.capabilities;
        this.#loading.resolve();
        break;
      case 'load-failed':
        this.#loading.reject(new Error(message.message));
        break;
      case 'succeeded':
        this.#settle(message.invocationId, { kind: 'succeeded', response: message.response });
        break;
      case 'failed':
        this.#settle(message.invocationId, { kind: 'failed', error: message.error });
        break;
      case 'log':
        this.#log(message.level, message.category, message.message);
        break;
    }
  }

  #settle(invocationId: string, answer: WorkerAnswer): void {
    const running = this.#running.get(invocationId);
    if (running === undefined) return;
    this.#running.delete(invocationId);
    this.#onInvocation?.(running.request, answer.kind === 'worker-ended' ? 'cut' : answer.kind);
    running.resolve(answer);
  }

  #onEnd(reason: string): void {
    this.#isEnded = true;
    this.#reasonOfEnd = reason;
    this.#cut = this.#running.size;
    this.#loading.reject(new Error(`The worker process ended with ${reason} while it loaded the app.`));
    for (const invocationId of [...this.#running.keys()]) this.#settle(invocationId, { kind: 'worker-ended', reason });
  }

  #forwardConsole(): void {
    const { stdout, stderr } = this.#child;
    if (stdout) readLines(stdout, (line) => this.#log('information', 'Host.Function.Console', line));
    if (stderr) readLines(stderr, (line) => this.#log('error', 'Host.Function.Console', line));
  }
}

function reasonOf({ code, signal, fault }: ProcessEnd): string {
  return fault ?? (signal === null ? `exit code ${code}` : `signal ${signal}`);
}
