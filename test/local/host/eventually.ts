import { expect } from 'vitest';

/** An expectation that comes true some time soon: nothing announces what other processes do, and the machine may be busy. */
export const eventually = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 20_000, interval: 50 });
