/** Events of one partition that wait until there are enough of them for a batch. */
export class EventGathering<Event> {
  readonly #minimum: number;
  readonly #maximum: number;
  #waiting: Event[] = [];

  constructor(minimum: number, maximum: number) {
    this.#minimum = minimum;
    this.#maximum = maximum;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Takes events in; gives a batch out when the minimum is reached, else an empty one. */
  add(events: readonly Event[]): Event[] {
    this.#waiting.push(...events);
    return this.#waiting.length < this.#minimum ? [] : this.take();
  }

  /** A batch of what there is, however small. */
  take(): Event[] {
    return this.#waiting.splice(0, this.#maximum);
  }
}
