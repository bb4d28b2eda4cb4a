import type { CompiledOrder, CompiledQuery } from './compiled-query.ts';
import type { Evaluate, Frame, RowSource } from './frame.ts';
import { QueryError } from './query-error.ts';
import { groupRows } from './row-groups.ts';
import { compareValues, type Json, keyOf, type Value } from './value.ts';

/** All results of a query over some rows, in memory. */
export function resultsOf(query: CompiledQuery, frame: Frame, rows: RowSource): Json[] {
  const skipped = query.offset ? countOf(query.offset, frame) : 0;
  const limit = query.limit ? countOf(query.limit, frame) : Number.POSITIVE_INFINITY;
  const isStreamed = query.grouping === undefined && query.order.length === 0 && !query.distinct;
  const results = isStreamed ? firstResults(query, frame, rows, skipped + limit) : settledResults(query, frame, rows);
  return results.slice(skipped, skipped + limit);
}

/**
 * A number of rows that a query names.
 * @throws {QueryError} when it is none
 */
export function countOf(evaluate: Evaluate, frame: Frame): number {
  const count = evaluate(frame);
  if (Number.isInteger(count) && (count as number) >= 0) return count as number;
  throw new QueryError(`TOP, OFFSET and LIMIT take an integer of 0 or more, got ${JSON.stringify(count)}.`);
}

function firstResults(query: CompiledQuery, frame: Frame, rows: RowSource, countMax: number): Json[] {
  const results: Json[] = [];
  if (countMax === 0) return results;
  rows(frame, () => {
    const result = query.project(frame);
    if (result !== undefined) results.push(result);
    return results.length === countMax;
  });
  return results;
}

/** Results that can be known only once every row has been seen. */
function settledResults(query: CompiledQuery, frame: Frame, rows: RowSource): Json[] {
  const frames = query.grouping ? groupRows(query.grouping, frame, rows) : copyRows(frame, rows);
  const results = sortFrames(frames, query.order)
    .map(query.project)
    .filter((result) => result !== undefined);
  return query.distinct ? distinctOf(results) : results;
}

function copyRows(frame: Frame, rows: RowSource): Frame[] {
  const frames: Frame[] = [];
  rows(frame, () => {
    frames.push({ ...frame, slots: frame.slots.slice() });
    return false;
  });
  return frames;
}

function sortFrames(frames: Frame[], order: readonly CompiledOrder[]): Frame[] {
  if (order.length === 0) return frames;
  return frames
    .map((frame) => ({ frame, keys: order.map(({ evaluate }) => evaluate(frame)) }))
    .sort((left, right) => compareKeys(left.keys, right.keys, order))
    .map(({ frame }) => frame);
}

/** Compares what two rows sort by. */
export function compareKeys(
  left: readonly Value[],
  right: readonly Value[],
  order: readonly { readonly descending: boolean }[],
): number {
  for (let place = 0; place < order.length; place += 1) {
    const comparison = compareValues(left[place], right[place]);
    if (comparison !== 0) return order[place]!.descending ? -comparison : comparison;
  }
  return 0;
}

function distinctOf(results: readonly Json[]): Json[] {
  const known = new Set<string>();
  return results.filter((result) => {
    const key = keyOf(result);
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}
