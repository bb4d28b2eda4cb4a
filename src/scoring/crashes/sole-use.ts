/** Work that goes side by side, and work that goes alone: nothing else of it runs meanwhile. */
export class SoleUse {
  #sharing = 0;
  #isSole = false;
  readonly #waiting: { readonly isSole: boolean; readonly start: () => void }[] = [];

  /** Waits for nothing but work that goes alone, or that waits for it. */
  async together<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isSole || this.#waiting.length > 0) await this.#wait(false);
    else this.#sharing++;
    try {
      return await work();
    } finally {
      this.#sharing--;
      this.#startNext();
    }
  }

  async alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isSole || this.#sharing > 0) await this.#wait(true);
    else this.#isSole = true;
    try {
      return await work();
    } finally {
      this.#isSole = false;
      this.#startNext();
    }
  }

  #wait(isSole: boolean): Promise<void> {
    return new Promise((start) => this.#waiting.push({ isSole, start }));
  }

  /** In the order in which they came. What starts is counted before it runs, so that nobody slips in between. */
  #startNext(): void {
    while (!this.#isSole) {
      const [next] = this.#waiting;
      if (next === undefined || (next.isSole && this.#sharing > 0)) return;
      this.#waiting.shift();
      if (next.isSole) this.#isSole = true;
      else this.#sharing++;
      next.start();
    }
  }
}
