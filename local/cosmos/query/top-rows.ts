/** The first rows of a sorted whole, kept in order while all rows go by; the others are dropped at once. */
export class TopRows<Place, Row extends Place> {
  readonly #rows: Row[] = [];
  readonly #countMax: number;
  readonly #compare: (left: Place, right: Place) => number;

  constructor(countMax: number, compare: (left: Place, right: Place) => number) {
    this.#countMax = countMax;
    this.#compare = compare;
  }

  /** Whether a row of that place would be kept. */
  admits(place: Place): boolean {
    const last = this.#rows[this.#countMax - 1];
    return this.#countMax > 0 && (last === undefined || this.#compare(place, last) < 0);
  }

  add(row: Row): void {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(row, this.#rows[middle]!) < 0) high = middle;
      else low = middle + 1;
    }
    this.#rows.splice(low, 0, row);
    if (this.#rows.length > this.#countMax) this.#rows.pop();
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }
}
