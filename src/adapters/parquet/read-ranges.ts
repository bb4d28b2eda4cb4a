import type { OpenFile } from '../../scoring/ports.ts';
import { readRange } from '../read-range.ts';
import type { ByteRange } from './parquet-messages.ts';

/** Ranges closer to each other are read at once, up to so many bytes: a request costs more than a gap. */
const [gapBytesMax, readBytesMax] = [64 << 10, 8 << 20];

/**
 * Reads ranges of a file, those that lie close together at once.
 * @param signal ends reading when nobody needs the bytes any more
 * @returns the bytes of each, in the order of the ranges; fewer where the file ends before. Several may share their memory
 */
export async function readRanges(
  source: OpenFile,
  ranges: readonly ByteRange[],
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const found = new Map<ByteRange, Uint8Array<ArrayBuffer>>();
  for (const group of neighbours(ranges)) {
    signal.throwIfAborted();
    const from = group[0]!.from;
    const bytes = await readRange(source, from, Math.max(...group.map(({ to }) => to)), signal);
    for (const range of group) found.set(range, bytes.subarray(range.from - from, range.to - from));
  }
  return ranges.map((range) => found.get(range)!);
}

function neighbours(ranges: readonly ByteRange[]): ByteRange[][] {
  const groups: ByteRange[][] = [];
  let [start, end] = [0, Number.NEGATIVE_INFINITY];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const isNear = range.from - end <= gapBytesMax && range.to - start <= readBytesMax;
    if (isNear) groups.at(-1)!.push(range);
    else {
      groups.push([range]);
      start = range.from;
    }
    end = isNear ? Math.max(end, range.to) : range.to;
  }
  return groups;
}
