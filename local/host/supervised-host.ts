import { setTimeout as delay } from 'node:timers/promises';
import { InvocationWatch } from './invocation-watch.ts';
import { messageOf } from './log.ts';
import type { ProcessEnd } from './process-end.ts';
import { type HostOptions, type RunningHost, startHost } from './start-host.ts';

export interface SupervisedHostOptions extends HostOptions {
  /** Starts the host again when it ends by itself or is killed, as the platform does. */
  readonly isSupervised: boolean;
  /** Called when the host ended without being told to. */
  readonly onEnd?: (end: ProcessEnd) => void;
}

const startAgainMs = 500;

/** A host that is found at the same port over all its restarts, with what it does counted over all of them. */
export class SupervisedHost {
  readonly #options: SupervisedHostOptions;
  readonly invocations = new InvocationWatch();
  #host: RunningHost | undefined;
  #port: number;
  #starts = 0;
  #isUp = false;
  #isClosing = false;
  #starting: Promise<unknown> = Promise.resolve();
  #lastCut = 0;

  constructor(options: SupervisedHostOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
  }

  /** The host that runs now, or ran last. */
  get current(): RunningHost {
    if (this.#host === undefined) throw new Error('The host was never started.');
    return this.#host;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get starts(): number {
    return this.#starts;
  }

  /** Invocations that the host took with it when it last ended. */
  get lastCut(): number {
    return this.#lastCut;
  }

  /** Resolves when the host is up. @throws {Error} why it does not start */
  async start(): Promise<RunningHost> {
    const host = await startHost({
      ...this.#options,
      port: this.#port,
      onReport: (report) => this.invocations.take(report),
    });
    this.#host = host;
    this.#port = Number(new URL(host.url).port);
    this.#starts += 1;
    this.#isUp = true;
    void this.#watch(host);
    return host;
  }

  /** Resolves when the host has ended in order and is not started again. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#starting;
    await this.#host?.drain();
  }

  async #watch(host: RunningHost): Promise<void> {
    const end = await host.ended;
    this.#isUp = false;
    this.#lastCut = this.invocations.hostEnded();
    if (this.#isClosing) return;
    this.#options.onEnd?.(end);
    if (this.#options.isSupervised) this.#starting = this.#startAgain();
  }

  /** What keeps a host from starting may pass: a service may be dark. */
  async #startAgain(): Promise<void> {
    while (!this.#isClosing) {
      try {
        await this.start();
        return;
      } catch (error) {
        this.#options.onLog?.({ level: 'warning', category: 'Supervisor', message: messageOf(error) });
        await delay(startAgainMs);
      }
    }
  }
}
