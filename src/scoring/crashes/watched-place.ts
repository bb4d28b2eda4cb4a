import {
  type InFlight,
  isFatal,
  isWarned,
  type Span,
  type Warnings,
  warningsAfter,
  warningsOf,
} from '../../core/in-flight.ts';
import type { InFlightMarkers } from './in-flight-markers.ts';

/** After so many batches without a death nobody needs to know any more that a process has just begun. */
const firstBatches = 16;

/** One partition, and what this process knows and tells of deaths over its events. */
export class WatchedPlace {
  readonly #markers: InFlightMarkers;
  readonly #name: string;
  readonly #life: string;
  #warnings: Warnings = { died: [], deaths: {} };
  #last: Span | undefined;
  /** Batches in a row since the place was taken up. */
  #batches = 0;
  /** The marker of this process that lies there. */
  #told: string | undefined;

  constructor(markers: InFlightMarkers, name: string, life: string) {
    this.#markers = markers;
    this.#name = name;
    this.#life = life;
  }

  get warnings(): Warnings {
    return this.#warnings;
  }

  /** Whether this process has had this very batch before. */
  isRepeated({ from }: Span): boolean {
    return this.#last?.from === from;
  }

  /** Whether a batch goes on where the last one ended: then nobody else has been here in between. */
  isNext({ from }: Span): boolean {
    return this.#last?.to !== undefined && from === this.#last.to + 1;
  }

  isWarned(span: Span): boolean {
    return isWarned(this.#warnings, span);
  }

  /**
   * Learns what other processes left behind, and says that this one has begun.
   * @param isBrief the batch stands alone, and nothing follows it
   * @throws {ScoringError} `storage.unavailable`
   */
  async takeUp(span: Span, isBrief: boolean): Promise<void> {
    const left = (await this.#markers.read(this.#name)).filter(({ life }) => life !== this.#life);
    this.#warnings = warningsOf([...left, { life: this.#life, ...this.#warnings }]);
    this.#batches = 0;
    if (!isBrief) await this.tell({ from: span.from });
    else if (left.length > 0) await this.tell();
    // Only when it is told anew, so that no death is forgotten.
    for (const { life } of left) await this.#markers.remove(this.#name, life);
  }

  /** @param diedBefore whether a process died over it, as its attempts say */
  count(span: Span, diedBefore: boolean): void {
    this.#last = span;
    this.#batches++;
    if (diedBefore) this.#warnings = { ...this.#warnings, died: [...this.#warnings.died, span] };
  }

  /** Says what is in flight from now on; nothing, when both are absent. @throws {ScoringError} `storage.unavailable` */
  async tell(now?: Span, alone?: string): Promise<void> {
    const marker: InFlight = {
      life: this.#life,
      ...(now && { now }),
      ...(alone !== undefined && { alone }),
      ...this.#warnings,
    };
    const text = JSON.stringify(marker);
    if (text === this.#told) return;
    // What lies there after a failure nobody knows.
    this.#told = '';
    await this.#markers.write(this.#name, marker);
    this.#told = text;
  }

  isFatal(id: string): boolean {
    return isFatal(this.#warnings, id);
  }

  /** A record has run alone and nothing died. @returns whether it was under suspicion */
  clear(id: string): boolean {
    const { [id]: count, ...deaths } = this.#warnings.deaths;
    if (count === undefined) return false;
    this.#warnings = { ...this.#warnings, deaths };
    return true;
  }

  /** All events of a batch have their place. @throws {ScoringError} `storage.unavailable` */
  async settled(span: Span, isBrief: boolean): Promise<void> {
    const isNew = !isBrief && this.#batches < firstBatches;
    const { died, deaths } = warningsAfter(this.#warnings, span.to ?? span.from);
    // Where nobody knows how far a life went that died, it is enough to have come through the first batches.
    this.#warnings = { died: isNew ? died : died.filter(({ to }) => to !== undefined), deaths };
    if (isNew) await this.tell({ from: (span.to ?? span.from) + 1 });
    else if (this.#warnings.died.length > 0) await this.tell();
    else await this.forget();
  }

  /** Whether the first batches are over while a marker lies there. */
  get isOverdue(): boolean {
    return this.#told !== undefined && this.#batches >= firstBatches;
  }

  /** @throws {ScoringError} `storage.unavailable` */
  async forget(): Promise<void> {
    if (this.#told === undefined) return;
    await this.#markers.remove(this.#name, this.#life);
    this.#told = undefined;
  }
}
