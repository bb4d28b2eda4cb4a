import type { FromWorker } from './worker-messages.ts';

/** Sends a message to the host. When the host is gone nobody listens any more, and the worker is about to end. */
export function sendToHost(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected) return resolve();
    process.send?.(message, undefined, undefined, () => resolve());
  });
}
