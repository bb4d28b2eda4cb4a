/**
 * Sums of columns and of their squares in plain float64, one row after the other, as numpy adds the rows of a matrix.
 * In a column whose mean dwarfs its spread they have hardly a digit left. They are for what must come out as in
 * scikit-learn, where it takes them all the same; everything else is learned from better ones.
 */
export class PlainSums {
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  #count = 0;

  constructor(width: number) {
    this.sums = new Float64Array(width);
    this.squares = new Float64Array(width);
  }

  get count(): number {
    return this.#count;
  }

  /** Adds the row that begins at `start`. */
  add(values: ArrayLike<number>, start: number): void {
    this.#count++;
    for (let column = 0; column < this.sums.length; column++) {
      const value = values[start + column] as number;
      this.sums[column]! += value;
      this.squares[column]! += value * value;
    }
  }
}
