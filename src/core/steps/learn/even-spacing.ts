/** Evenly spaced numbers from `from` to `to`, both included, as numpy.linspace rounds them. */
export function evenlySpaced(from: number, to: number, steps: number): number[] {
  const step = (to - from) / steps;
  return Array.from({ length: steps + 1 }, (_, i) => (i === steps ? to : i * step + from));
}
