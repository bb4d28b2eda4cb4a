import type { StreamSource } from './source.ts';

/**
 * Which of two records of one key came later: by the broker's time, then by the place in its partition. Time of arrival
 * and clocks of devices do not count, so that any order of deliveries ends with the same record on top.
 * @returns above 0 when `a` is the later one, 0 for the same record
 */
export function compareRecency(a: StreamSource, b: StreamSource): number {
  return (
    compare(a.enqueuedAt, b.enqueuedAt) ||
    a.sequence - b.sequence ||
    (a.index ?? 0) - (b.index ?? 0) ||
    // Two partitions, or hubs, may take a device's events in the same millisecond.
    compare(a.hub, b.hub) ||
    compare(a.partition, b.partition)
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
