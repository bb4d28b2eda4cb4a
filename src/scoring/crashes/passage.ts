import type { Portion } from '../../core/in-flight.ts';
import type { SoleUse } from './sole-use.ts';

/** A batch on its way, and what is to be watched meanwhile. */
export interface Passage<Event> {
  /** Each is to have its place before the next one is begun. */
  readonly portions: readonly Portion<Event>[];
  /**
   * Does what may kill the process: reading and scoring, not bringing away.
   * @param work is given what an event that goes alone has to tell
   */
  run<T>(portion: Portion<Event>, work: (alone: Alone | undefined) => Promise<T>): Promise<T>;
  /** To be called when every record of the batch has its place. */
  leave(): Promise<void>;
  /** To be called instead when the batch is to come again. */
  fail(): Promise<void>;
}

/** The way of an event that goes alone. */
export interface Alone {
  /**
   * To be called before each of its records, and before the event itself is opened, with the id that a dead letter would
   * have. From then on a death is laid to that record.
   * @returns false for one that has killed too often: it must not be tried again
   */
  mayRun(id: string): Promise<boolean>;
}

/** The passage of a batch that nothing is known against. */
export function calmPassage<Event>(events: readonly Event[], use: SoleUse, leave = async () => {}): Passage<Event> {
  return {
    portions: [{ events, isAlone: false }],
    run: (_, work) => use.together(() => work(undefined)),
    leave,
    fail: async () => {},
  };
}
