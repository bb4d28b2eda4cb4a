import { deadLetterPath, parkedPath } from '../core/stored-paths.ts';
import type { StoredRecords } from '../scoring/parked/stored-records.ts';
import type { DeadLetter, ParkedRecord, SideTrack } from '../scoring/ports.ts';
import { inPool } from './pool.ts';

const requestsMax = 32;

/** Dead letters and parked records, each at the path that it says itself. Writing one again takes its place. */
export class BlobSideTrack implements SideTrack {
  readonly #deadLetters: StoredRecords<DeadLetter>;
  readonly #parked: StoredRecords<ParkedRecord>;

  constructor(deadLetters: StoredRecords<DeadLetter>, parked: StoredRecords<ParkedRecord>) {
    this.#deadLetters = deadLetters;
    this.#parked = parked;
  }

  async writeDeadLetters(letters: readonly DeadLetter[]): Promise<void> {
    await inPool(letters, requestsMax, (letter) => this.#deadLetters.write(deadLetterPath(letter), letter));
  }

  async park(records: readonly ParkedRecord[]): Promise<void> {
    await inPool(records, requestsMax, (record) => this.#parked.write(parkedPath(record), record));
  }
}
