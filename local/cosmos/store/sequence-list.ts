/** How many holes are kept before any are cleared away. */
const holesMin = 64;

/**
 * Elements in the order of a rising number. New ones come at the end, any can be found, replaced or taken out,
 * and a walk can start anywhere: all in logarithmic time at most.
 */
export class SequenceList<Element> {
  #sequences: number[] = [];
  /** What was taken out leaves a hole, so that a walk under way stays where it is. */
  #elements: (Element | undefined)[] = [];
  #holes = 0;

  set(sequence: number, element: Element): void {
    const place = this.#placeOf(sequence);
    if (this.#sequences[place] !== sequence) {
      this.#clearHoles();
      this.#insert(this.#placeOf(sequence), sequence, element);
      return;
    }
    if (this.#elements[place] === undefined) this.#holes -= 1;
    this.#elements[place] = element;
  }

  delete(sequence: number): void {
    const place = this.#placeOf(sequence);
    if (this.#sequences[place] !== sequence || this.#elements[place] === undefined) return;
    this.#elements[place] = undefined;
    this.#holes += 1;
  }

  get size(): number {
    return this.#elements.length - this.#holes;
  }

  /** The elements from a number on. Elements may be deleted, but none added, during the walk. */
  *from(sequence: number): Generator<Element> {
    for (let place = this.#placeOf(sequence); place < this.#elements.length; place += 1) {
      const element = this.#elements[place];
      if (element !== undefined) yield element;
    }
  }

  /** Where a number is, or would have to be. */
  #placeOf(sequence: number): number {
    let [low, high] = [0, this.#sequences.length];
    if (high > 0 && this.#sequences[high - 1]! < sequence) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sequences[middle]! < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(place: number, sequence: number, element: Element): void {
    if (place === this.#sequences.length) {
      this.#sequences.push(sequence);
      this.#elements.push(element);
    } else {
      this.#sequences.splice(place, 0, sequence);
      this.#elements.splice(place, 0, element);
    }
  }

  /** Done when holes are the half of all, so that each element is moved a few times at most over its life. */
  #clearHoles(): void {
    if (this.#holes < holesMin || this.#holes * 2 < this.#elements.length) return;
    this.#sequences = this.#sequences.filter((_, place) => this.#elements[place] !== undefined);
    this.#elements = this.#elements.filter((element) => element !== undefined);
    this.#holes = 0;
  }
}
