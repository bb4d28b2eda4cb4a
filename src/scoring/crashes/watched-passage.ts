import { toScoringError } from '../../core/fault.ts';
import { type Portion, portionsOf, type Span, spanOf } from '../../core/in-flight.ts';
import type { Log } from '../ports.ts';
import type { Alone, Passage } from './passage.ts';
import type { SoleUse } from './sole-use.ts';
import type { WatchedPlace } from './watched-place.ts';

interface WatchedBatch<Event> {
  readonly place: WatchedPlace;
  readonly events: readonly Event[];
  readonly isBrief: boolean;
  readonly use: SoleUse;
  readonly log: Log;
}

/** The passage of a batch in which a process may die: what is in flight is told before it is begun. */
export class WatchedPassage<Event extends { readonly sequence: number }> implements Passage<Event> {
  readonly portions: readonly Portion<Event>[];
  readonly #batch: WatchedBatch<Event>;
  readonly #span: Span;

  constructor(batch: WatchedBatch<Event>) {
    this.#batch = batch;
    this.#span = spanOf(batch.events);
    this.portions = portionsOf(batch.events, batch.place.warnings);
  }

  async run<T>(portion: Portion<Event>, work: (alone: Alone | undefined) => Promise<T>): Promise<T> {
    const { place, use } = this.#batch;
    const span = spanOf(portion.events);
    if (portion.isAlone) return use.alone(() => this.#runAlone(span, work));
    // A process that died over these events may die again: not without a word. Without such a death it is no reason to stop.
    if (place.isWarned(span)) await place.tell(span);
    else await this.#tryTo(() => place.tell(span));
    return use.together(() => work(undefined));
  }

  async leave(): Promise<void> {
    const { place, isBrief } = this.#batch;
    await this.#tryTo(() => place.settled(this.#span, isBrief));
  }

  async fail(): Promise<void> {
    await this.#tryTo(() => this.#batch.place.tell());
  }

  async #runAlone<T>(span: Span, work: (alone: Alone) => Promise<T>): Promise<T> {
    const { place } = this.#batch;
    let running: string | undefined;
    /** Whoever is laid a death to is cleared as soon as it can be: another death would be its last. */
    const survive = async () => {
      const wasSuspect = running !== undefined && place.clear(running);
      running = undefined;
      if (wasSuspect) await place.tell(span);
    };
    const mayRun = async (id: string) => {
      if (running === id) return true;
      await survive();
      if (place.isFatal(id)) return false;
      await place.tell(span, id);
      running = id;
      return true;
    };
    try {
      return await work({ mayRun });
    } finally {
      await survive();
    }
  }

  async #tryTo(tell: () => Promise<void>): Promise<void> {
    await tell().catch((error) => {
      this.#batch.log.warning('in-flight marker not written', { error: toScoringError(error).message });
    });
  }
}
