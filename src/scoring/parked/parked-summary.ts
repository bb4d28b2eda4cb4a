import type { StoredRecords } from './stored-records.ts';

/** How much waits for its place, and for how long. */
export interface ParkedSummary {
  /** How many records are parked, as far as they are counted. */
  readonly records: number;
  /** When the oldest of them was parked: ISO 8601; absent when none is. */
  readonly oldestAt?: string;
  readonly oldestSeconds?: number;
}

/** More than these are not counted. */
const countMax = 20_000;
/** Whoever asks for the status does not wait for storage that is dark. */
const listMsMax = 5_000;

/** @param now ms since 1970 @throws {ScoringError} `storage.unavailable` */
export async function parkedSummary(
  parked: Pick<StoredRecords<unknown>, 'list'>,
  now: number = Date.now(),
): Promise<ParkedSummary> {
  const { found } = await parked.list(countMax, { signal: AbortSignal.timeout(listMsMax) });
  const [first] = found;
  if (first === undefined) return { records: 0 };
  const oldestAt = found.reduce((oldest, { storedAt }) => (storedAt < oldest ? storedAt : oldest), first.storedAt);
  return {
    records: found.length,
    oldestAt,
    oldestSeconds: Math.max(0, Math.round((now - Date.parse(oldestAt)) / 1000)),
  };
}
