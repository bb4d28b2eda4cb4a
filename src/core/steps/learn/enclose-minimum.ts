import type { Curve, Point } from './minimum.ts';

type Triple = readonly [Point, Point, Point];

const goldenRatio = (1 + Math.sqrt(5)) / 2;
const stepsMax = 1_000;
/** How much further than the last step a parabola may reach. */
const reachMax = 110;

/**
 * Three points of a curve of which the middle one is the lowest, searched for downhill from two points with growing
 * steps.
 * @returns undefined where the curve falls without end, or is level
 */
export function enclose(curve: Curve, first: number, second: number): Triple | undefined {
  const at = (x: number): Point => ({ x, y: curve(x) });
  let [a, b] = [at(first), at(second)];
  if (a.y < b.y) [a, b] = [b, a];
  let c = at(beyond(a, b));
  for (let steps = 0; c.y < b.y; steps++) {
    if (steps > stepsMax) return undefined;
    const guess = bottomOfParabola(a, b, c);
    if ((guess - c.x) * (b.x - guess) > 0) {
      const tried = at(guess);
      if (tried.y < c.y) return proven([b, tried, c]);
      if (tried.y > b.y) return proven([a, b, tried]);
      [a, b, c] = [b, c, at(beyond(b, c))];
    } else [a, b, c] = further(at, b, c, guess);
  }
  return proven([a, b, c]);
}

/** The next golden step in the direction from one point to another. */
const beyond = (from: Point, to: Point): number => to.x + goldenRatio * (to.x - from.x);

/** Moves on behind `c`, to where a parabola guesses the minimum if that is in reach. */
function further(at: (x: number) => Point, b: Point, c: Point, guess: number): Triple {
  const farthest = b.x + reachMax * (c.x - b.x);
  if ((guess - farthest) * (farthest - c.x) >= 0) return [b, c, at(farthest)];
  if ((guess - farthest) * (c.x - guess) <= 0) return [b, c, at(beyond(b, c))];
  const tried = at(guess);
  return tried.y < c.y ? [c, tried, at(beyond(c, tried))] : [b, c, tried];
}

/** Where the parabola through three points has its bottom, or its top. */
function bottomOfParabola(a: Point, b: Point, c: Point): number {
  const left = (b.x - a.x) * (b.y - c.y);
  const right = (b.x - c.x) * (b.y - a.y);
  const difference = right - left;
  const divisor = 2 * (Math.abs(difference) < 1e-21 ? 1e-21 : difference);
  return b.x - ((b.x - c.x) * right - (b.x - a.x) * left) / divisor;
}

function proven(triple: Triple): Triple | undefined {
  const [a, b, c] = triple;
  const isLowest = b.y <= a.y && b.y <= c.y && (b.y < a.y || b.y < c.y);
  return isLowest && Number.isFinite(a.x) && Number.isFinite(c.x) ? triple : undefined;
}
