import type { HostReport } from './host-reports.ts';

export interface InvocationCounts {
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Cut off by the end of their worker or host. */
  readonly cut: number;
}

/** Follows what a host reports, over all its restarts: which invocations run, and what became of the others. */
export class InvocationWatch {
  readonly #running = new Set<string>();
  readonly #counts = { started: 0, succeeded: 0, failed: 0, cut: 0 };
  readonly #workerEnds = new Map<number, PromiseWithResolvers<number>>();
  #workerPid: number | undefined;

  get running(): number {
    return this.#running.size;
  }

  get counts(): InvocationCounts {
    return { ...this.#counts };
  }

  /** The worker that has loaded the app; undefined while there is none. */
  get workerPid(): number | undefined {
    return this.#workerPid;
  }

  take(report: HostReport): void {
    if (report.kind === 'invocation') {
      if (report.state === 'started') this.#running.add(report.id);
      else this.#running.delete(report.id);
      this.#counts[report.state] += 1;
    } else if (report.kind === 'worker-started') this.#workerPid = report.pid;
    else {
      if (this.#workerPid === report.pid) this.#workerPid = undefined;
      this.#endOf(report.pid).resolve(report.cut);
    }
  }

  /** Resolves when a worker is gone, with how many invocations it took with it. */
  workerEnd(pid: number): Promise<number> {
    return this.#endOf(pid).promise;
  }

  /** The host is gone: what ran in it is cut off. @returns how many */
  hostEnded(): number {
    const cut = this.#running.size;
    this.#counts.cut += cut;
    this.#running.clear();
    if (this.#workerPid !== undefined) this.#endOf(this.#workerPid).resolve(cut);
    this.#workerPid = undefined;
    return cut;
  }

  #endOf(pid: number): PromiseWithResolvers<number> {
    const known = this.#workerEnds.get(pid);
    if (known !== undefined) return known;
    const end = Promise.withResolvers<number>();
    this.#workerEnds.set(pid, end);
    return end;
  }
}
