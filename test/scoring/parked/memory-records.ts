import { ScoringError } from '../../../src/core/fault.ts';
import { deadLetterPath, parkedPath } from '../../../src/core/stored-paths.ts';
import type {
  ListOptions,
  StoredPage,
  StoredRecords,
  VersionedRecord,
} from '../../../src/scoring/parked/stored-records.ts';
import type { DeadLetter, ParkedRecord, SideTrack } from '../../../src/scoring/ports.ts';

/** Records in memory, by path. */
export class MemoryRecords<Stored> implements StoredRecords<Stored> {
  readonly byPath = new Map<string, { record: Stored; version: string }>();
  isDown = false;
  #versions = 0;

  get all(): Stored[] {
    return [...this.byPath.values()].map(({ record }) => record);
  }

  async list(max: number, { prefix = '' }: ListOptions = {}): Promise<StoredPage> {
    this.#check();
    const paths = [...this.byPath.keys()].filter((path) => path.startsWith(prefix)).sort();
    const found = paths.slice(0, max).map((path) => ({ path, storedAt: '2026-11-21T04:00:00.000Z' }));
    return { found, isAll: paths.length <= max };
  }

  async read(path: string): Promise<VersionedRecord<Stored> | undefined> {
    this.#check();
    return this.byPath.get(path);
  }

  async write(path: string, record: Stored): Promise<void> {
    this.#check();
    this.byPath.set(path, { record: structuredClone(record), version: String(++this.#versions) });
  }

  async remove(path: string, version?: string): Promise<boolean> {
    this.#check();
    if (version !== undefined && this.byPath.get(path)?.version !== version) return false;
    return this.byPath.delete(path);
  }

  #check(): void {
    if (this.isDown) throw new ScoringError('storage.unavailable', 'blob storage is dark', { retryable: true });
  }
}

/** What leaves the road is written where it is drained from. */
export const trackOver = (deadLetters: MemoryRecords<DeadLetter>, parked: MemoryRecords<ParkedRecord>): SideTrack => ({
  async writeDeadLetters(letters) {
    for (const letter of letters) await deadLetters.write(deadLetterPath(letter), letter);
  },
  async park(records) {
    for (const record of records) await parked.write(parkedPath(record), record);
  },
});
