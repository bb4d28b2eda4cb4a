import { toScoringError } from '../../core/fault.ts';
import { type Span, spanOf } from '../../core/in-flight.ts';
import type { Log } from '../ports.ts';
import type { InFlightMarkers } from './in-flight-markers.ts';
import { calmPassage, type Passage } from './passage.ts';
import { SoleUse } from './sole-use.ts';
import { WatchedPassage } from './watched-passage.ts';
import { WatchedPlace } from './watched-place.ts';

/** When markers could not be read, batches go without them, and it is tried again after this time. */
const blindMs = 30_000;

/** A batch that comes in. */
export interface Arrival<Event> {
  /** Where its markers lie. Batches of one place come one after the other. */
  readonly place: string;
  /** In order; at least one. */
  readonly events: readonly Event[];
  /** 0 for the first attempt. */
  readonly attempt: number;
  /** Whether it stands alone: nothing follows it in this place. */
  readonly isBrief?: boolean;
}

/**
 * Finds records that kill the process, however often it has to start again, and lets nothing else suffer for them. Where
 * processes died is told to the next one by markers in storage: one for the first batches of a process together, and one
 * for each batch that is not at its first attempt or in which something has died. In health nothing is read or written.
 */
export class CrashWatch {
  readonly #markers: InFlightMarkers;
  readonly #life: string;
  readonly #places = new Map<string, WatchedPlace>();
  readonly #use = new SoleUse();
  #blindUntilMs = 0;

  /** @param life of this process: no other start of it has the same */
  constructor(markers: InFlightMarkers, life: string) {
    this.#markers = markers;
    this.#life = life;
  }

  /** To be called before anything is done with a batch. Never throws: without storage a batch goes unwatched. */
  async enter<Event extends { readonly sequence: number }>(arrival: Arrival<Event>, log: Log): Promise<Passage<Event>> {
    const { events, attempt, isBrief = false } = arrival;
    const span = spanOf(events);
    const isRepeated = attempt > 0 && this.#places.get(arrival.place)?.isRepeated(span) === true;
    const place = await this.#placeOf(arrival, span, isRepeated, log);
    if (place === undefined) return calmPassage(events, this.#use);
    // Another attempt was made and not by this process: the one that made it is dead.
    place.count(span, attempt > 0 && !isRepeated);
    if (attempt > 0 || isBrief || place.isWarned(span)) {
      return new WatchedPassage({ place, events, isBrief, use: this.#use, log });
    }
    if (!place.isOverdue) return calmPassage(events, this.#use);
    return calmPassage(events, this.#use, () => place.settled(span, false).catch(() => {}));
  }

  /** The process ends in order: nothing that it left is a warning. */
  async close(): Promise<void> {
    const places = [...this.#places.values()];
    await Promise.all(
      places.filter(({ warnings }) => warnings.died.length === 0).map((place) => place.forget().catch(() => {})),
    );
  }

  /** The place, taken up anew where others may have been in between; undefined when that cannot be known. */
  async #placeOf<Event>(
    { place: name, isBrief = false }: Arrival<Event>,
    span: Span,
    isRepeated: boolean,
    log: Log,
  ): Promise<WatchedPlace | undefined> {
    const known = this.#places.get(name);
    if (known !== undefined && (isRepeated || known.isNext(span))) return known;
    if (performance.now() < this.#blindUntilMs) return known;
    const place = known ?? new WatchedPlace(this.#markers, name, this.#life);
    try {
      await place.takeUp(span, isBrief);
      this.#places.set(name, place);
      return place;
    } catch (error) {
      this.#blindUntilMs = performance.now() + blindMs;
      log.warning('in-flight markers not read', { error: toScoringError(error).message });
      return known;
    }
  }
}
