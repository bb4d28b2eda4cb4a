import type { StreamSource } from '../../core/source.ts';
import { idOfPath, streamSourceOf } from '../../core/stored-paths.ts';
import type { StoredPage } from './stored-records.ts';

/** Records of one partition that are drained together. */
export interface Lot {
  readonly hub: string;
  readonly partition: string;
  readonly paths: readonly string[];
}

/** Few enough that a slow model is done with them in time. */
const lotRecordsMax = 64;

/** Cuts what is parked into lots: those first whose events the broker took first. What is no parked record is left out. */
export function lotsOf({ found }: Pick<StoredPage, 'found'>): Lot[] {
  const oldestFirst = found
    .map(({ path }) => ({ path, source: streamSourceOf(idOfPath(path)) }))
    .filter((each): each is { path: string; source: StreamSource } => each.source !== undefined)
    .sort((a, b) => order(a.source, b.source));
  const lots: (Lot & { paths: string[] })[] = [];
  const open = new Map<string, Lot & { paths: string[] }>();
  for (const { path, source } of oldestFirst) {
    const { hub, partition } = source;
    const key = `${hub}/${partition}`;
    let lot = open.get(key);
    if (lot === undefined || lot.paths.length === lotRecordsMax) {
      lot = { hub, partition, paths: [] };
      open.set(key, lot);
      lots.push(lot);
    }
    lot.paths.push(path);
  }
  return lots;
}

function order(a: StreamSource, b: StreamSource): number {
  if (a.enqueuedAt !== b.enqueuedAt) return a.enqueuedAt < b.enqueuedAt ? -1 : 1;
  return a.sequence - b.sequence || (a.index ?? 0) - (b.index ?? 0);
}
