/** How long a failure is believed before the work is tried again. */
const failureMs = 2_000;

/**
 * A value that is made when first asked for, by one maker at a time, and made anew when it is too old. When a renewal
 * fails, the old value stays in use; when there is none, the failure is handed out, for a short while.
 */
export class Remembered<T> {
  readonly #make: () => Promise<T>;
  readonly #maxAgeMs: number;
  #making: Promise<T> | undefined;
  #value: { readonly value: T } | undefined;
  #failure: { readonly error: unknown } | undefined;
  #triedAt = 0;

  /** @param maxAgeMs how long a value is used before it is made anew; for ever when absent */
  constructor(make: () => Promise<T>, maxAgeMs = Number.POSITIVE_INFINITY) {
    this.#make = make;
    this.#maxAgeMs = maxAgeMs;
  }

  /** The value if it is there and not too old: what can be had without waiting. */
  current(): T | undefined {
    if (this.#value === undefined) return undefined;
    if (this.#maxAgeMs === Number.POSITIVE_INFINITY) return this.#value.value;
    return performance.now() - this.#triedAt < this.#maxAgeMs ? this.#value.value : undefined;
  }

  value(): Promise<T> {
    if (this.#making !== undefined) return this.#making;
    const current = this.current();
    if (current !== undefined) return Promise.resolve(current);
    const age = performance.now() - this.#triedAt;
    if (this.#failure !== undefined && age < failureMs) {
      return this.#value === undefined ? Promise.reject(this.#failure.error) : Promise.resolve(this.#value.value);
    }
    this.#making = this.#renew().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  /** The value without waiting for a newer one: where it is too old, that is made behind it. Waits only for the first. */
  async latest(): Promise<T> {
    const newest = this.value();
    return this.#value === undefined ? newest : this.#value.value;
  }

  /** Whether there is a value, however old. */
  get isMade(): boolean {
    return this.#value !== undefined;
  }

  /** Why the newest try to make the value failed; undefined when it did not. */
  get failure(): unknown {
    return this.#failure?.error;
  }

  async #renew(): Promise<T> {
    try {
      const value = await this.#make();
      this.#value = { value };
      this.#failure = undefined;
      return value;
    } catch (error) {
      this.#failure = { error };
      if (this.#value !== undefined) return this.#value.value;
      throw error;
    } finally {
      this.#triedAt = performance.now();
    }
  }
}
