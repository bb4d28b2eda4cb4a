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
  /** What a second is; that of the wall when absent. */
  readonly clock?: Clock;
}

/** Milliseconds since some moment. */
export type Clock = () => number;

/** Time of this process on the processor. For work that never leaves it this is fair, whatever else the machine has to do. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const wallMs: Clock = () => performance.now();

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
async function rateOf(work: () => Promise<number> | number, ms: number, clock: Clock): Promise<number> {
  const started = clock();
  const end = performance.now() + ms;
  let units = 0;
  do units += await work();
  while (performance.now() < end);
  return (1000 * units) / (clock() - started);
}

/** Takes the figure. Work and baseline alternate, so that a slow moment of the machine falls on both. */
export async function compare({
  work,
  baseline,
  rounds = usualRounds,
  sideMs = usualSideMs,
  clock = wallMs,
  ...rest
}: Comparison): Promise<Figure> {
  const rate = (side: Comparison['work']) => rateOf(side, sideMs, clock);
  await rate(work);
  await rate(baseline);
  const pairs: { work: number; baseline: number }[] = [];
  for (let i = 0; i < rounds; i++) {
    pairs.push({ work: await rate(work), baseline: await rate(baseline) });
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
