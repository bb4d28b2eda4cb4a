/** Veltkamp's constant: splits a float64 into two halves of 26 bits. */
const splitter = 2 ** 27 + 1;
/** A factor beyond it would overflow while it is split. */
const splittableMax = 2 ** 995;

const headOf = (value: number): number => {
  const scaled = splitter * value;
  return scaled - (scaled - value);
};

/** What the rounding of `product` = a * b dropped (Dekker). */
function productRest(a: number, b: number, product: number): number {
  if (!Number.isFinite(product) || Math.abs(a) > splittableMax || Math.abs(b) > splittableMax) return 0;
  const headA = headOf(a);
  const headB = headOf(b);
  const tailA = a - headA;
  const tailB = b - headB;
  return headA * headB - product + headA * tailB + tailA * headB + tailA * tailB;
}

/**
 * A running sum that keeps about 106 bits as an unevaluated pair of float64, so that the order and the number of what
 * is added hardly matter. Infinite once it has left what a float64 can hold.
 */
export class ExactSum {
  #high: number;
  #low: number;

  constructor(start?: ExactSum) {
    this.#high = start === undefined ? 0 : start.#high;
    this.#low = start === undefined ? 0 : start.#low;
  }

  get value(): number {
    return Number.isFinite(this.#high) ? this.#high + this.#low : this.#high;
  }

  add(value: number): void {
    const sum = this.#high + value;
    const rest = sum - this.#high;
    this.#low += this.#high - (sum - rest) + (value - rest);
    this.#high = sum;
  }

  /** Adds a * b before rounding. */
  addProduct(a: number, b: number): void {
    const product = a * b;
    this.add(product);
    this.#low += productRest(a, b, product);
  }

  /** Adds factor * other. */
  addScaled(factor: number, other: ExactSum): void {
    this.addProduct(factor, other.#high);
    this.addProduct(factor, other.#low);
  }
}
