/** A run of whole numbers, both ends included. */
export type Interval = readonly [from: number, to: number];

/** The same numbers as sorted intervals that neither overlap nor touch. */
export function unite(intervals: Iterable<Interval>): Interval[] {
  const united: [number, number][] = [];
  for (const [from, to] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const last = united.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else united.push([from, to]);
  }
  return united;
}

/** Whole numbers as intervals. */
export const intervalsOf = (numbers: Iterable<number>): Interval[] =>
  unite(Array.from(numbers, (number): Interval => [number, number]));

/** What of `all` is in none of `taken`. Both are united. */
export function without(all: readonly Interval[], taken: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let next = 0;
  for (const [from, to] of all) {
    let start = from;
    while (next < taken.length && (taken[next] as Interval)[1] < start) next++;
    for (let i = next; i < taken.length && (taken[i] as Interval)[0] <= to; i++) {
      const [takenFrom, takenTo] = taken[i] as Interval;
      if (takenFrom > start) left.push([start, takenFrom - 1]);
      start = Math.max(start, takenTo + 1);
    }
    if (start <= to) left.push([start, to]);
  }
  return left;
}

/** How many numbers these intervals hold. They are united. */
export const sizeOf = (intervals: readonly Interval[]): number =>
  intervals.reduce((sum, [from, to]) => sum + to - from + 1, 0);

/** What of the intervals lies from `from` to `to`. */
export const within = (intervals: readonly Interval[], [from, to]: Interval): Interval[] =>
  intervals.map(([a, b]): Interval => [Math.max(a, from), Math.min(b, to)]).filter(([a, b]) => a <= b);

/** Answers whether a number is in united intervals. */
export function membershipOf(intervals: readonly Interval[]): (number: number) => boolean {
  return (number) => {
    let [low, high] = [0, intervals.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const [from, to] = intervals[middle] as Interval;
      if (number < from) high = middle - 1;
      else if (number > to) low = middle + 1;
      else return true;
    }
    return false;
  };
}
