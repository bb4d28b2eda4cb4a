import type { Account } from './account.ts';

const sweepEveryMs = 1_000;

/**
 * Takes expired documents out once a second: those that nobody reads again would fill the memory.
 * @returns ends it
 */
export function sweepExpired(account: Account): () => void {
  const timer = setInterval(() => {
    for (const [, { documents }] of account.containers()) documents.dropExpired();
  }, sweepEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
