/** A stretch of a file; `to` is the first byte that is left out. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Cuts a stretch into ranges of a size. */
export function rangesOf(from: number, to: number, bytes: number): ByteRange[] {
  const ranges: ByteRange[] = [];
  for (let at = from; at < to; at += bytes) ranges.push({ from: at, to: Math.min(at + bytes, to) });
  return ranges;
}

/**
 * Reads ranges one after the other, some ahead of the one that is wanted: one connection to storage has a fraction of what
 * an instance can take. What was begun is waited for, also when nobody wants the rest any more.
 * @param width ranges that are read at once
 */
export async function* readAhead<Read>(
  ranges: Iterable<ByteRange>,
  width: number,
  read: (range: ByteRange) => Promise<Read>,
): AsyncGenerator<Read> {
  const begun: Promise<Read>[] = [];
  const rest = ranges[Symbol.iterator]();
  const begin = () => {
    const { done, value } = rest.next();
    if (done) return;
    const reading = read(value);
    // Its failure is told in its turn, and to nobody when that never comes.
    reading.catch(() => {});
    begun.push(reading);
  };
  try {
    for (let i = 0; i < width; i++) begin();
    for (let next = begun.shift(); next !== undefined; next = begun.shift()) {
      const bytes = await next;
      begin();
      yield bytes;
    }
  } finally {
    await Promise.allSettled(begun);
  }
}
