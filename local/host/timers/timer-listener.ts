import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionDefinition, TimerTrigger } from '../app/function-definition.ts';
import type { FunctionInvoker } from '../invoke/function-invoker.ts';
import type { Listener } from '../listener.ts';
import { type Log, messageOf } from '../log.ts';
import { parseSchedule, type TimerSchedule } from './timer-schedule.ts';
import { type TimerStatus, TimerStatusBlob, toStatusJson } from './timer-status.ts';

export interface TimerListenerOptions {
  readonly definition: FunctionDefinition<TimerTrigger>;
  readonly hostId: string;
  /** The connection string of AzureWebJobsStorage; asked for only when the schedule is watched. */
  readonly storage: () => string;
  readonly invoker: FunctionInvoker;
  readonly log: Log;
}

/** The longest time that one timer of Node can wait. */
const delayMsMax = 2 ** 31 - 1;

/** Runs one timer function at its times, one run at a time. */
export class TimerListener implements Listener {
  readonly #options: TimerListenerOptions;
  readonly #schedule: TimerSchedule;
  readonly #stopping = new AbortController();
  #blob: TimerStatusBlob | undefined;
  #status: TimerStatus | undefined;
  #loop: Promise<void> = Promise.resolve();
  #turn: Promise<void> = Promise.resolve();

  /** @throws {Error} for a schedule that cannot be used */
  constructor(options: TimerListenerOptions) {
    const { name, trigger } = options.definition;
    this.#options = options;
    this.#schedule = parseSchedule(name, trigger.schedule);
  }

  get functionName(): string {
    return this.#options.definition.name;
  }

  /** A run that was missed while no host was there is made up for at once. */
  async start(): Promise<void> {
    const { definition, hostId, storage } = this.#options;
    if (definition.trigger.useMonitor && !this.#schedule.isFrequent) {
      this.#blob = await TimerStatusBlob.open(storage(), hostId, definition.name);
      this.#status = await this.#blob.read();
    }
    const isPastDue = this.#status !== undefined && this.#status.next.getTime() < Date.now();
    if (isPastDue || definition.trigger.runOnStartup) this.runNow(isPastDue);
    this.#loop = this.#runAtTimes();
  }

  /** Runs the function now, after the run that may be under way. */
  runNow(isPastDue = false): void {
    this.#turn = this.#turn.then(() => this.#run(isPastDue));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#turn;
  }

  async #runAtTimes(): Promise<void> {
    let latest = new Date();
    while (!this.#stopping.signal.aborted) {
      // A timer may fire a moment early: then the clock alone would give the same time once more.
      const time = this.#schedule.next(new Date(Math.max(Date.now(), latest.getTime())));
      if (!(await this.#waitUntil(time))) return;
      latest = time;
      this.runNow();
      await this.#turn;
    }
  }

  async #waitUntil(time: Date): Promise<boolean> {
    const { signal } = this.#stopping;
    for (;;) {
      const leftMs = time.getTime() - Date.now();
      if (leftMs <= 0) return !signal.aborted;
      const waited = await delay(Math.min(leftMs, delayMsMax), true, { signal }).catch(() => false);
      if (!waited) return false;
    }
  }

  async #run(isPastDue: boolean): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const last = new Date();
    const timer = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: this.#status === undefined ? null : toStatusJson(this.#status),
      IsPastDue: isPastDue,
    };
    const input = { data: { json: JSON.stringify(timer) } };
    await this.#options.invoker.invoke(this.#options.definition, () => input, this.#stopping.signal);
    await this.#keepStatus({ last, next: this.#schedule.next(new Date()) });
  }

  async #keepStatus(status: TimerStatus): Promise<void> {
    if (this.#blob === undefined) return;
    this.#status = status;
    try {
      await this.#blob.write(status);
    } catch (error) {
      const message = `Function ${this.functionName}: its status could not be kept: ${messageOf(error)}`;
      this.#options.log('warning', 'Host.Triggers.Timer', message);
    }
  }
}
