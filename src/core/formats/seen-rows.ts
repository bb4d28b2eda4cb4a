import { hash } from 'node:crypto';

const initialSlots = 1 << 12;
/** Share of the slots that may be taken: above it, looking for a free one gets slow. */
const loadMax = 0.5;

/**
 * What was seen before, by 128 bits of a SHA-256: two different rows are taken for one with a chance of less than one in
 * 10^24 for a billion of them. Takes 32 to 64 bytes each.
 */
export class SeenRows {
  readonly #seenMax: number;
  #slots = new BigUint64Array(2 * initialSlots);
  #count = 0;
  #isExact = true;

  /** @param seenMax different ones that are remembered */
  constructor(seenMax: number) {
    this.#seenMax = seenMax;
  }

  /** Whether all were remembered: else what came later is only held against the first ones. */
  get isExact(): boolean {
    return this.#isExact;
  }

  /** Whether this was there before; it is remembered, while there is room. */
  has(text: string): boolean {
    const sum = hash('sha256', text, 'buffer');
    // Zero marks a free slot.
    const [high, low] = [sum.readBigUInt64LE(0) | 1n, sum.readBigUInt64LE(8)];
    const at = this.#find(this.#slots, high, low);
    if (this.#slots[at] !== 0n) return true;
    if (this.#count === this.#seenMax) {
      this.#isExact = false;
      return false;
    }
    this.#slots[at] = high;
    this.#slots[at + 1] = low;
    this.#count++;
    if (this.#count > (loadMax * this.#slots.length) / 2) this.#grow();
    return false;
  }

  /** Where these bits are, or the free slot where they belong. */
  #find(slots: BigUint64Array, high: bigint, low: bigint): number {
    const mask = slots.length / 2 - 1;
    for (let slot = Number(low & BigInt(mask)); ; slot = (slot + 1) & mask) {
      const at = 2 * slot;
      if (slots[at] === 0n || (slots[at] === high && slots[at + 1] === low)) return at;
    }
  }

  #grow(): void {
    const larger = new BigUint64Array(2 * this.#slots.length);
    for (let at = 0; at < this.#slots.length; at += 2) {
      const [high, low] = [this.#slots[at]!, this.#slots[at + 1]!];
      if (high === 0n) continue;
      const free = this.#find(larger, high, low);
      larger[free] = high;
      larger[free + 1] = low;
    }
    this.#slots = larger;
  }
}
