import type { LoadedModel } from '../loaded-model.ts';

/**
 * A model in memory, shared by all who score with it. Whoever uses it keeps it: once it is retired nobody new comes in,
 * and its session is released when the last one is done, never under a run.
 */
export class SharedModel {
  readonly model: LoadedModel;
  /** What its sessions are reckoned to hold in memory. */
  readonly bytes: number;
  /** When it was last used, on the clock of `performance.now()`. */
  lastUsedMs = performance.now();
  readonly #onIdle: () => void;
  readonly #released = Promise.withResolvers<void>();
  #users = 0;
  #isRetired = false;

  /** @param onIdle called when the last of those who used it is done */
  constructor(model: LoadedModel, bytes: number, onIdle: () => void) {
    this.model = model;
    this.bytes = bytes;
    this.#onIdle = onIdle;
  }

  get isIdle(): boolean {
    return this.#users === 0;
  }

  /** Whether it takes no more users. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** Resolves when its memory is free, some time after it was retired. */
  get released(): Promise<void> {
    return this.#released.promise;
  }

  /** Runs `work` with the model; it is not released meanwhile. Must not be called once it is retired. */
  use<T>(work: (model: LoadedModel) => Promise<T>): Promise<T> {
    if (this.#isRetired) throw new Error(`${this.model.manifest.name} is used after it was retired`);
    this.#users++;
    try {
      const working = work(this.model);
      // Beside the caller's own waiting, so that it costs calls no turn.
      working.then(this.#leave, this.#leave);
      return working;
    } catch (error) {
      this.#leave();
      return Promise.reject(error);
    }
  }

  retire(): void {
    if (this.#isRetired) return;
    this.#isRetired = true;
    if (this.#users === 0) this.#release();
  }

  readonly #leave = (): void => {
    this.#users--;
    if (this.#users > 0) return;
    this.lastUsedMs = performance.now();
    if (this.#isRetired) this.#release();
    else this.#onIdle();
  };

  #release(): void {
    // A session that cannot be released is a leak, and nothing that a caller could mend.
    const done = () => this.#released.resolve();
    this.model.scorer.release().then(done, done);
  }
}
