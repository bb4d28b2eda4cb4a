/** How one figure is taken: the work and its baseline in turn, several rounds, the median of the ratios of the rounds. */
export interface Comparison {
  readonly name: string;
  /** What the figure says, with what is compared to what. */
  readonly what: string;
  /** Units of work a second: events, calls, rows, bytes. */
  readonly unit: string;
  /** The ratio to reach, and the floor below which the bench fails. */
  readonly reach?: number;
  readonly floor?: number;
  /** Does the work once; returns how many units that was. */
  readonly work: () => Promise<number> | number;
  readonly baseline: () => Promise<number> | number;
  /** How many rounds there are, and how long each side of one runs at least; several and short ones where others disturb. */
  readonly rounds?: number;
  readonly sideMs?: number;
}

/** One line of a bench. */
export interface Figure {
  readonly name: string;
  readonly what: string;
  readonly unit?: string;
  /** Units a second, medians over the rounds. */
  readonly perSecond?: number;
  readonly baselinePerSecond?: number;
  /** Median of the rounds' ratios, work to baseline; larger is better. */
  readonly ratio?: number;
  /** A figure that is no ratio, in its own unit. */
  readonly value?: number;
  readonly reach?: number;
  readonly floor?: number;
  /** The largest value that still does, for figures that are no ratio. */
  readonly ceiling?: number;
}

const usualRounds = 7;
const usualSideMs = 400;

/** The value below which so large a part of the values lies. @param part between 0 and 1 */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Units a second of work that is repeated for a while. */
async function rateOf(work: () => Promise<number> | number, ms: number): Promise<number> {
  const started = performance.now();
  let units = 0;
  do units += await work();
  while (performance.now() - started < ms);
  return (1000 * units) / (performance.now() - started);
}

/** Takes the figure. Work and baseline alternate, so that a slow moment of the machine falls on both. */
export async function compare({
  work,
  baseline,
  rounds = usualRounds,
  sideMs = usualSideMs,
  ...rest
}: Comparison): Promise<Figure> {
  await rateOf(work, sideMs);
  await rateOf(baseline, sideMs);
  const pairs: { work: number; baseline: number }[] = [];
  for (let i = 0; i < rounds; i++) {
    pairs.push({ work: await rateOf(work, sideMs), baseline: await rateOf(baseline, sideMs) });
  }
  return {
    ...rest,
    perSecond: median(pairs.map((pair) => pair.work)),
    baselinePerSecond: median(pairs.map((pair) => pair.baseline)),
    ratio: median(pairs.map((pair) => pair.work / pair.baseline)),
  };
}

/** Whether a figure is at least as good as its floor, or at most its ceiling. */
export const holds = ({ ratio, floor, value, ceiling }: Figure): boolean =>
  (floor === undefined || ratio === undefined || ratio >= floor) &&
  (ceiling === undefined || value === undefined || value <= ceiling);
