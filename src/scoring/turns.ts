/** Does something when its turn has come. */
export type TakeTurn = <T>(use: () => Promise<T>) => Promise<T>;

interface Waiting {
  readonly order: number;
  readonly begin: () => void;
}

/**
 * Turns at what one can use at a time. Of those who want one, whoever began first goes first, again and again: who shared
 * it evenly would all be done at the same moment, and nothing would be on hand for the next one.
 */
export class Turns {
  readonly #waiting: Waiting[] = [];
  #isTaken = false;
  #comers = 0;

  /** Begins: what is returned goes before that of whoever begins later. */
  begin(): TakeTurn {
    const order = this.#comers++;
    return async (use) => {
      await this.#wait(order);
      try {
        return await use();
      } finally {
        // Whoever has more to do at once says so before the next turn of the event loop.
        setImmediate(() => this.#next());
      }
    };
  }

  #wait(order: number): Promise<void> | undefined {
    if (this.#isTaken) return new Promise((begin) => this.#waiting.push({ order, begin }));
    this.#isTaken = true;
    return undefined;
  }

  #next(): void {
    const first = this.#waiting.reduce<Waiting | undefined>(
      (least, each) => (least === undefined || each.order < least.order ? each : least),
      undefined,
    );
    if (first === undefined) {
      this.#isTaken = false;
      return;
    }
    this.#waiting.splice(this.#waiting.indexOf(first), 1);
    first.begin();
  }
}
