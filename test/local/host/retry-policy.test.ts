import { expect, test } from 'vitest';
import { BackoffDelay } from '../../../local/host/invoke/backoff-delay.ts';
import { allowsRetry, readRetryPolicy, retryDelays } from '../../../local/host/invoke/retry-policy.ts';

test('a fixed delay is the same before each retry', () => {
  const policy = readRetryPolicy('f', { retryStrategy: 'fixedDelay', maxRetryCount: 2, delayInterval: { seconds: 3 } });
  const next = retryDelays(policy);
  expect([next(), next()]).toEqual([3000, 3000]);
});

test('an exponential delay begins with the minimum, doubles what is added and stays below the maximum', () => {
  const delays = (random: number) => {
    const backoff = new BackoffDelay(1000, 10_000, () => random);
    return [1, 2, 3, 4, 5, 6].map(() => backoff.next());
  };
  expect(delays(0.5)).toEqual([1000, 2000, 3000, 5000, 9000, 10_000]);
  expect(delays(0)).toEqual([1000, 1800, 2600, 4200, 7400, 10_000]);
});

test('after a success the delay begins anew', () => {
  const backoff = new BackoffDelay(100, 2000, () => 0.5);
  for (let index = 0; index < 10; index++) backoff.next();
  expect(backoff.reset()).toBe(100);
  expect(backoff.next()).toBe(200);
});

test('the number of retries is limited, unless it is -1', () => {
  const policy = (maxRetryCount: number) =>
    readRetryPolicy('f', { retryStrategy: 'fixedDelay', maxRetryCount, delayInterval: { seconds: 0 } });
  expect([0, 1, 2].map((done) => allowsRetry(policy(2), done))).toEqual([true, true, false]);
  expect(allowsRetry(policy(-1), 1_000_000)).toBe(true);
});

test.each([
  [{ retryStrategy: 'fixedDelay', delayInterval: { seconds: 1 } }, /needs maxRetryCount/],
  [{ retryStrategy: 'fixedDelay', maxRetryCount: 1 }, /needs delayInterval/],
  [{ retryStrategy: 'linear', maxRetryCount: 1 }, /needs strategy fixedDelay or exponentialBackoff/],
  [
    {
      retryStrategy: 'exponentialBackoff',
      maxRetryCount: -1,
      minimumInterval: { seconds: 5 },
      maximumInterval: { seconds: 4 },
    },
    /minimumInterval above its maximumInterval/,
  ],
])('the policy %j is refused at the start', (options, message) => {
  expect(() => readRetryPolicy('f', options)).toThrow(message);
});
