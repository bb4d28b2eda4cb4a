import { enclose } from './enclose-minimum.ts';

/** A function of one variable; infinite or NaN where it has no value. */
export type Curve = (x: number) => number;

/** A point on a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Share of an interval that lies before its golden section. */
const goldenSection = (3 - Math.sqrt(5)) / 2;
const evaluationsMax = 500;

/**
 * The lowest point of a curve between two bounds, by Brent's method (parabolas through the three best points, golden
 * section where they do not help). The tolerances are those of scipy.optimize.fminbound with xtol 1.48e-8.
 */
export function minimumBetween(curve: Curve, low: number, high: number): number {
  const tolerance = (x: number) => Math.sqrt(2.2e-16) * Math.abs(x) + 1.48e-8 / 3;
  return new Brent(curve, low + goldenSection * (high - low), low, high).run(tolerance);
}

/**
 * A lowest point of a curve, downhill from two points on it. The tolerances are those of scipy.optimize.brent.
 * @returns undefined where the curve falls without end
 */
export function minimumFrom(curve: Curve, first: number, second: number): number | undefined {
  const enclosed = enclose(curve, first, second);
  if (enclosed === undefined) return undefined;
  const [a, b, c] = enclosed;
  const tolerance = (x: number) => 1.48e-8 * Math.abs(x) + 1e-11;
  return new Brent(curve, b.x, Math.min(a.x, c.x), Math.max(a.x, c.x)).run(tolerance);
}

/** A search in an interval that shrinks around the best point so far. */
class Brent {
  readonly #curve: Curve;
  #low: number;
  #high: number;
  /** The best points so far. Two of them may be the same one, as all are at first. */
  #best: Point;
  #second: Point;
  #third: Point;
  #step = 0;
  #stepBefore = 0;

  constructor(curve: Curve, start: number, low: number, high: number) {
    this.#curve = curve;
    this.#low = low;
    this.#high = high;
    this.#best = { x: start, y: curve(start) };
    this.#second = this.#best;
    this.#third = this.#best;
  }

  /** @param toleranceAt how far from x a point must lie to be told apart from it */
  run(toleranceAt: (x: number) => number): number {
    for (let evaluations = 1; evaluations < evaluationsMax; evaluations++) {
      const tolerance = toleranceAt(this.#best.x);
      const reach = 2 * tolerance - (this.#high - this.#low) / 2;
      if (Math.abs(this.#best.x - this.#middle) <= reach) break;
      this.#chooseStep(tolerance);
      const x = this.#best.x + (this.#step >= 0 ? 1 : -1) * Math.max(Math.abs(this.#step), tolerance);
      this.#take({ x, y: this.#curve(x) });
    }
    return this.#best.x;
  }

  get #middle(): number {
    return (this.#low + this.#high) / 2;
  }

  #chooseStep(tolerance: number): void {
    const parabolic = Math.abs(this.#stepBefore) > tolerance ? this.#parabolicStep() : undefined;
    if (parabolic === undefined) {
      this.#stepBefore = (this.#best.x >= this.#middle ? this.#low : this.#high) - this.#best.x;
      this.#step = goldenSection * this.#stepBefore;
      return;
    }
    this.#stepBefore = this.#step;
    const x = this.#best.x + parabolic;
    const isAtBound = x - this.#low < 2 * tolerance || this.#high - x < 2 * tolerance;
    const inwards = this.#middle >= this.#best.x ? tolerance : -tolerance;
    this.#step = isAtBound ? inwards : parabolic;
  }

  /** To the bottom of the parabola through the three points; undefined where that is not to be trusted. */
  #parabolicStep(): number | undefined {
    const fromSecond = this.#best.x - this.#second.x;
    const fromThird = this.#best.x - this.#third.x;
    const r = fromSecond * (this.#best.y - this.#third.y);
    const q = fromThird * (this.#best.y - this.#second.y);
    const top = fromThird * q - fromSecond * r;
    const bottom = 2 * (q - r);
    const [p, divisor] = bottom > 0 ? [-top, bottom] : [top, -bottom];
    const isInside = p > divisor * (this.#low - this.#best.x) && p < divisor * (this.#high - this.#best.x);
    return isInside && Math.abs(p) < Math.abs(divisor * this.#stepBefore) / 2 ? p / divisor : undefined;
  }

  #take(tried: Point): void {
    const best = this.#best;
    if (tried.y <= best.y) {
      if (tried.x >= best.x) this.#low = best.x;
      else this.#high = best.x;
      [this.#third, this.#second, this.#best] = [this.#second, best, tried];
      return;
    }
    if (tried.x < best.x) this.#low = tried.x;
    else this.#high = tried.x;
    if (tried.y <= this.#second.y || this.#second.x === best.x) [this.#third, this.#second] = [this.#second, tried];
    else if (tried.y <= this.#third.y || this.#third.x === best.x || this.#third.x === this.#second.x) {
      this.#third = tried;
    }
  }
}
