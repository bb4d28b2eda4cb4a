import { writeSync } from 'node:fs';

/** What ends a process that tries a model. */
export interface Watch {
  readonly memoryBytesMax: number;
  /** The parent kills earlier; this is for a parent that is gone. */
  readonly lifetimeMs: number;
}

/** How the watchdog says on stderr why it bit. */
export const memoryWord = 'sluice-probe: memory';

const periodMs = 10;

/**
 * Watches the own process from a thread of its own and kills it when it takes too much: the thread that runs a model
 * hears nothing, and stopping a thread does not stop a model.
 */
export function watch({ memoryBytesMax, lifetimeMs }: Watch): void {
  const end = performance.now() + lifetimeMs;
  setInterval(() => {
    const isTooLarge = process.memoryUsage.rss() > memoryBytesMax;
    if (isTooLarge) writeSync(2, memoryWord);
    if (isTooLarge || performance.now() > end) process.kill(process.pid, 'SIGKILL');
  }, periodMs);
}
