import { evenlySpaced } from './even-spacing.ts';
import type { Extent } from './extents.ts';

/** What is known of values before they are clustered. */
export interface Spread extends Extent {
  readonly mean: number;
  /** ddof 0. */
  readonly variance: number;
}

/** Where the values of a column gather. */
export interface Clusters extends Extent {
  /** Rising. */
  readonly centres: readonly number[];
}

/** A value that lies far from the centre of its cluster. */
interface FarValue {
  readonly value: number;
  readonly cluster: number;
  readonly distance: number;
}

const iterationsMax = 300;
/** Share of the variance that the centres may still move by, squared, when the search ends. */
const tolerance = 1e-4;

/**
 * K-means of numbers by Lloyd's algorithm, from centres that are evenly spaced; rounded as in scikit-learn's KMeans.
 * Values are added once for each iteration.
 */
export class Lloyd {
  readonly #spread: Spread;
  /** Measured from the mean, as all values inside. */
  readonly #centres: Float64Array;
  readonly #squares: Float64Array;
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  /** Sums and counts of the iteration before. */
  #before = '';
  /** The farthest values, the farthest first; at most one for each cluster. */
  #farthest: FarValue[] = [];
  /** A nearer value is none of them. */
  #farLeast = 0;
  #iterations = 0;
  #isDone: boolean;

  constructor(spread: Spread, clusters: number) {
    this.#spread = spread;
    this.#isDone = spread.min === spread.max;
    const edges = evenlySpaced(spread.min, spread.max, clusters);
    this.#centres = Float64Array.from(edges.slice(1), (edge, i) => (edge + edges[i]!) * 0.5 - spread.mean);
    this.#squares = this.#centres.map((centre) => centre * centre);
    this.#sums = new Float64Array(this.#centres.length);
    this.#counts = new Float64Array(this.#centres.length);
  }

  /** Whether the centres have come to rest: further values change nothing. */
  get isDone(): boolean {
    return this.#isDone;
  }

  get clusters(): Clusters {
    const { min, max, mean } = this.#spread;
    return { min, max, centres: Array.from(this.#centres, (centre) => centre + mean).sort((a, b) => a - b) };
  }

  add(original: number): void {
    if (this.#isDone) return;
    const value = original - this.#spread.mean;
    const cluster = this.#nearest(value);
    this.#sums[cluster]! += value;
    this.#counts[cluster]! += 1;
    const distance = (value - this.#centres[cluster]!) ** 2;
    if (distance >= this.#farLeast) this.#noteFar({ value, cluster, distance });
  }

  /** Moves the centres to the means of what is nearest to them. */
  endIteration(): void {
    if (this.#isDone) return;
    this.#iterations++;
    const now = `${this.#sums} ${this.#counts}`;
    const isSame = now === this.#before;
    this.#before = now;
    this.#fillEmpty();
    const shift = this.#moveCentres();
    this.#sums.fill(0);
    this.#counts.fill(0);
    this.#farthest = [];
    this.#farLeast = 0;
    this.#isDone = isSame || shift <= this.#spread.variance * tolerance || this.#iterations === iterationsMax;
  }

  /** By |c|^2 - 2xc, as scikit-learn compares: of two centres that are equally near its rounding decides. */
  #nearest(value: number): number {
    const [centres, squares] = [this.#centres, this.#squares];
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < centres.length; i++) {
      const distance = squares[i]! - 2 * (value * centres[i]!);
      if (distance < least) {
        nearest = i;
        least = distance;
      }
    }
    return nearest;
  }

  /** Of equally far values the later one goes first. */
  #noteFar(far: FarValue): void {
    const at = this.#farthest.findIndex(({ distance }) => distance <= far.distance);
    this.#farthest.splice(at < 0 ? this.#farthest.length : at, 0, far);
    if (this.#farthest.length <= this.#centres.length) return;
    this.#farthest.pop();
    this.#farLeast = this.#farthest.at(-1)!.distance;
  }

  /** A cluster without values takes the one that is farthest from its own centre. */
  #fillEmpty(): void {
    if (this.#farthest[0]!.distance === 0) return;
    const empty = [...this.#counts.keys()].filter((cluster) => this.#counts[cluster] === 0);
    for (const [i, cluster] of empty.entries()) {
      const far = this.#farthest[i]!;
      this.#sums[far.cluster]! -= far.value;
      this.#counts[far.cluster]! -= 1;
      this.#sums[cluster] = far.value;
      this.#counts[cluster] = 1;
    }
  }

  /** @returns the sum of the squared ways */
  #moveCentres(): number {
    const largest = this.#counts.indexOf(Math.max(...this.#counts));
    let shift = 0;
    for (let i = 0; i < this.#centres.length; i++) {
      const count = this.#counts[i]!;
      // One that is still empty goes where the largest stands, be that averaged yet or not.
      this.#sums[i] = count > 0 ? this.#sums[i]! * (1 / count) : this.#sums[largest]!;
      shift += (this.#sums[i]! - this.#centres[i]!) ** 2;
      this.#centres[i] = this.#sums[i]!;
      this.#squares[i] = this.#sums[i]! * this.#sums[i]!;
    }
    return shift;
  }
}
