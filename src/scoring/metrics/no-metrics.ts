import type { Metrics } from '../ports.ts';

/** Nobody watches. */
export const noMetrics: Metrics = { isOn: false, record: () => {}, flush: async () => {} };
