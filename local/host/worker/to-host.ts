import type { FromWorker } from './worker-messages.ts';

let latest: Promise<void> = Promise.resolve();

/** Sends a message to the host. When the host is gone nobody listens any more, and the worker is about to end. */
export function sendToHost(message: FromWorker): void {
  latest = new Promise((resolve) => {
    if (!process.connected) resolve();
    else process.send?.(message, undefined, undefined, () => resolve());
  });
}

/** Resolves when all messages are written, so that the process may end. */
export function allSent(): Promise<void> {
  return latest;
}
