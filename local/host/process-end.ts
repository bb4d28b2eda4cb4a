import type { ChildProcess } from 'node:child_process';

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it was never started. */
  readonly fault?: string;
}

/** Resolves when a forked process is gone and its last messages are read: the exit may be seen before them. */
export async function endOf(child: ChildProcess): Promise<ProcessEnd> {
  const exit = Promise.withResolvers<ProcessEnd>();
  const disconnect = Promise.withResolvers<void>();
  child.once('exit', (code, signal) => exit.resolve({ code, signal }));
  child.once('disconnect', () => disconnect.resolve());
  child.on('error', (error) => {
    if (child.pid !== undefined) return;
    exit.resolve({ code: null, signal: null, fault: error.message });
    disconnect.resolve();
  });
  const end = await exit.promise;
  if (child.connected) await disconnect.promise;
  return end;
}
