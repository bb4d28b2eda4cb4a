import { expect, test } from 'vitest';
import { RequestThrottle } from '../../../local/host/http/request-throttle.ts';

test('so many run, so many more wait, and the next one is refused', async () => {
  const throttle = new RequestThrottle({ maxConcurrentRequests: 1, maxOutstandingRequests: 2 });
  await throttle.enter();
  const second = throttle.enter();
  expect(second).toBeDefined();
  expect(throttle.enter()).toBeUndefined();
  throttle.leave();
  await second;
  expect(throttle.enter()).toBeDefined();
});

test('a turn given back is free again', async () => {
  const throttle = new RequestThrottle({ maxConcurrentRequests: 1, maxOutstandingRequests: 1 });
  for (let index = 0; index < 3; index++) {
    await throttle.enter();
    throttle.leave();
  }
  expect(throttle.enter()).toBeDefined();
});
