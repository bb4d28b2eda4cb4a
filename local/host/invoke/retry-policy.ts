import type { RetryOptions } from '../worker/worker-messages.ts';
import { BackoffDelay } from './backoff-delay.ts';

/** The retry policy of one function; delays are whole seconds because the library rounds them. */
export type RetryPolicy =
  | { readonly strategy: 'fixedDelay'; readonly maxRetryCount: number; readonly delayMs: number }
  | {
      readonly strategy: 'exponentialBackoff';
      readonly maxRetryCount: number;
      readonly minimumMs: number;
      readonly maximumMs: number;
    };

const unlimited = -1;

/**
 * Reads the policy that an app registered.
 * @throws {Error} when it is one that the Functions host refuses at its start
 */
export function readRetryPolicy(functionName: string, options: RetryOptions): RetryPolicy {
  const fault = (message: string) => new Error(`Function ${functionName}: its retry policy ${message}.`);
  const { maxRetryCount, retryStrategy, delayInterval, minimumInterval, maximumInterval } = options;
  if (maxRetryCount === undefined || !Number.isInteger(maxRetryCount) || maxRetryCount < unlimited) {
    throw fault(`needs maxRetryCount, an integer from -1 (no limit), but it is ${maxRetryCount}`);
  }
  if (retryStrategy === 'fixedDelay') {
    if (delayInterval === undefined) throw fault('of strategy fixedDelay needs delayInterval');
    return { strategy: 'fixedDelay', maxRetryCount, delayMs: delayInterval.seconds * 1000 };
  }
  if (retryStrategy !== 'exponentialBackoff') {
    throw fault(`needs strategy fixedDelay or exponentialBackoff, but it is ${retryStrategy}`);
  }
  if (minimumInterval === undefined || maximumInterval === undefined) {
    throw fault('of strategy exponentialBackoff needs minimumInterval and maximumInterval');
  }
  const [minimumMs, maximumMs] = [minimumInterval.seconds * 1000, maximumInterval.seconds * 1000];
  if (minimumMs > maximumMs) throw fault(`has a minimumInterval above its maximumInterval (rounded to seconds)`);
  return { strategy: 'exponentialBackoff', maxRetryCount, minimumMs, maximumMs };
}

/** Gives the delay before each retry of one invocation. */
export function retryDelays(policy: RetryPolicy): () => number {
  if (policy.strategy === 'fixedDelay') return () => policy.delayMs;
  const backoff = new BackoffDelay(policy.minimumMs, policy.maximumMs);
  return () => backoff.next();
}

/** Whether a policy allows one more retry after so many. */
export function allowsRetry(policy: RetryPolicy, retriesDone: number): boolean {
  return policy.maxRetryCount === unlimited || retriesDone < policy.maxRetryCount;
}
