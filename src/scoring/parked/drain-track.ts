import { deadLetterPath } from '../../core/stored-paths.ts';
import type { DeadLetter, ParkedRecord, SideTrack } from '../ports.ts';

/** No waiting mends these: a replay that asked for another model has asked for one that is not there. */
const unknownModel = 'model.unknown';

/**
 * The side track of records that lie on it already: what would be parked stays where it is. A dead letter that was to be
 * replayed with a model that does not exist is the dead letter again that it was.
 */
export class DrainTrack implements SideTrack {
  /** Ids of those that go on waiting. */
  readonly waiting = new Set<string>();
  /** Where the dead letters lie that were written. */
  readonly letterPaths = new Set<string>();
  readonly #track: SideTrack;
  readonly #parked: ReadonlyMap<string, ParkedRecord>;

  /** @param parked by id; all are to be scored by the same model */
  constructor(track: SideTrack, parked: ReadonlyMap<string, ParkedRecord>) {
    this.#track = track;
    this.#parked = parked;
  }

  async writeDeadLetters(letters: readonly DeadLetter[]): Promise<void> {
    await this.#track.writeDeadLetters(letters);
    for (const letter of letters) this.letterPaths.add(deadLetterPath(letter));
  }

  async park(records: readonly ParkedRecord[]): Promise<void> {
    const restored: DeadLetter[] = [];
    // Records of a list that was parked whole: now each is for itself.
    const apart: ParkedRecord[] = [];
    for (const record of records) {
      const { letter } = this.#parked.get(record.id) ?? {};
      const { letter: _, waitsFor, error, model, ...stored } = record;
      if (!this.#parked.has(record.id)) apart.push(this.#withModel(record));
      else if (letter !== undefined && error.code === unknownModel) restored.push({ ...stored, ...letter });
      else this.waiting.add(record.id);
    }
    await this.writeDeadLetters(restored);
    await this.#track.park(apart);
  }

  #withModel(record: ParkedRecord): ParkedRecord {
    const [first] = this.#parked.values();
    return first?.model === undefined ? record : { ...record, model: first.model };
  }
}
