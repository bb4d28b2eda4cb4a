import type { Log } from './ports.ts';

/** For work whose outcome is told in another way. */
export const silentLog: Log = { information: () => {}, warning: () => {}, error: () => {} };
