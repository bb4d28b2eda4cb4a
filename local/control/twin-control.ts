import { setTimeout as delay } from 'node:timers/promises';
import type { InvocationCounts } from '../host/invocation-watch.ts';
import type { SupervisedHost } from '../host/supervised-host.ts';
import type { ServiceControl } from '../services/service-control.ts';
import type { Dispatch, Remote } from './remote-calls.ts';

export type Victim = 'worker' | 'host';
/** SIGSTOP leaves the process there, without a sign of life. */
export type KillSignal = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP';

/** How a process was killed, and what it was at. */
export interface Kill {
  readonly victim: Victim;
  readonly signal: KillSignal;
  readonly pid: number;
  /** Invocations that ran at that instant, calls by HTTP aside. */
  readonly inFlight: number;
  /** Those of them that did not end. */
  readonly cut: number;
  /** Until the process was gone. */
  readonly durationMs: number;
}

export interface HostState {
  readonly url: string;
  readonly isUp: boolean;
  readonly pid: number;
  /** Undefined while the worker is being started. */
  readonly workerPid: number | undefined;
  readonly starts: number;
  readonly running: number;
  readonly invocations: InvocationCounts;
}

/** What can be done to the hosts of a twin while they run; every argument and result is JSON. */
export interface HostControl {
  /** Resolves when the process is gone; a worker that is just being started is waited for. */
  kill(victim: Victim, signal: KillSignal, host?: number): Promise<Kill>;
  hosts(): readonly HostState[];
  /** One more host of the same app, in the same consumer group. @returns its number */
  addHost(): Promise<number>;
}

/** Everything that can be done to a twin while it runs. */
export type TwinControl = HostControl & ServiceControl;

const pollMs = 5;
const workerWaitMs = 60_000;

/** The control of hosts that this process has started. */
export function hostControl(hosts: readonly SupervisedHost[], addHost: () => Promise<number>): HostControl {
  return {
    kill(victim, signal, host = 0) {
      const target = hosts[host];
      if (target === undefined) throw new RangeError(`There is no host ${host}, only ${hosts.length} of them.`);
      return victim === 'worker' ? killWorker(target, signal) : killHost(target, signal);
    },
    hosts: () =>
      hosts.map(({ current, isUp, starts, invocations }) => ({
        url: current.url,
        isUp,
        pid: current.pid,
        workerPid: invocations.workerPid,
        starts,
        running: invocations.running,
        invocations: invocations.counts,
      })),
    addHost,
  };
}

async function killWorker(host: SupervisedHost, signal: KillSignal): Promise<Kill> {
  const { invocations } = host;
  const pid = await workerOf(host);
  const started = performance.now();
  if (!sent(pid, signal)) return killWorker(host, signal);
  const running = invocations.running;
  if (signal === 'SIGSTOP') return { victim: 'worker', signal, pid, inFlight: running, cut: 0, durationMs: 0 };
  const cut = await invocations.workerEnd(pid);
  return { victim: 'worker', signal, pid, inFlight: cut, cut, durationMs: performance.now() - started };
}

async function killHost(host: SupervisedHost, signal: KillSignal): Promise<Kill> {
  await workerOf(host);
  const { pid, ended } = host.current;
  const running = host.invocations.running;
  const started = performance.now();
  if (!sent(pid, signal)) return killHost(host, signal);
  if (signal === 'SIGSTOP') return { victim: 'host', signal, pid, inFlight: running, cut: 0, durationMs: 0 };
  await ended;
  // Whoever supervises it counts in the same turn.
  await delay(0);
  const cut = host.lastCut;
  const inFlight = signal === 'SIGKILL' ? cut : running;
  return { victim: 'host', signal, pid, inFlight, cut, durationMs: performance.now() - started };
}

/** The process that runs the app; waits while host or worker are being started. */
async function workerOf(host: SupervisedHost): Promise<number> {
  const deadline = performance.now() + workerWaitMs;
  for (;;) {
    const { workerPid } = host.invocations;
    if (host.isUp && workerPid !== undefined) return workerPid;
    if (performance.now() > deadline) throw new Error(`No worker was there within ${workerWaitMs / 1000} s.`);
    await delay(pollMs);
  }
}

/** @returns false when the process has just ended by itself */
function sent(pid: number, signal: KillSignal): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Both halves together. @returns what runs a method by its name */
export function dispatchTo(hosts: HostControl, services: Remote<ServiceControl>): Dispatch {
  const of = (owner: object, method: string) => owner[method as keyof typeof owner] as (...args: unknown[]) => unknown;
  return async (method, args) => of(Object.hasOwn(hosts, method) ? hosts : services, method)(...args);
}
