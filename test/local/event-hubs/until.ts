import { setTimeout as pause } from 'node:timers/promises';

const pollMs = 10;

/**
 * Waits for what nothing announces, by looking again and again.
 * @throws {Error} when it has not come after `deadlineMs`
 */
export async function until(what: string, isTrue: () => boolean, deadlineMs = 15_000): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`waited ${deadlineMs} ms in vain: ${what}`);
    await pause(pollMs);
  }
}
