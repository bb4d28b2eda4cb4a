const startLength = 1_024;

/** A list of float64 that takes no more than twice its memory while it grows. */
export class GrowingNumbers {
  #values = new Float64Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(Math.max(startLength, 2 * this.#length));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** The values so far, without a copy: good until the next `push` or `clear`. */
  view(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  /** Forgets the values and keeps the memory. */
  clear(): void {
    this.#length = 0;
  }
}
