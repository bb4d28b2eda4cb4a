/**
 * Changes wait here for a moment and are saved together: one transaction costs as much as a hundred rows in it.
 * A process that is killed hard loses the last 20 ms, although they were answered; one that is closed loses nothing.
 */
const delayMs = 20;
/** After a failure the same changes are tried again at this interval, as the disk may have room by then. */
const retryMs = 1_000;

/** Gathers values by key, the last one counting, and hands them over soon. */
export class WriteBehind<Value> {
  readonly #save: (changes: ReadonlyMap<string, Value>) => void;
  #changes = new Map<string, Value>();
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown;

  /** @param save takes the changes whole or, when it throws, not at all */
  constructor(save: (changes: ReadonlyMap<string, Value>) => void) {
    this.#save = save;
  }

  add(key: string, value: Value): void {
    this.#changes.set(key, value);
    this.#timer ??= setTimeout(this.#flushInTime, delayMs);
  }

  /** @throws whatever the last attempt to save threw */
  assertHealthy(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Saves at once. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#changes.size === 0) return;
    this.#save(this.#changes);
    this.#changes = new Map();
    this.#failure = undefined;
  }

  readonly #flushInTime = (): void => {
    try {
      this.flush();
    } catch (error) {
      this.#failure = error;
      this.#timer = setTimeout(this.#flushInTime, retryMs);
    }
  };
}
