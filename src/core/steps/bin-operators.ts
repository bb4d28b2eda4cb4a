import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import { has } from '../graph/operator-set.ts';

/** No number reaches it, since every comparison with NaN is false. */
const unreachable = Number.NaN;

/**
 * Adds the position of the bin of each number: how many borders it reaches. NaN stays.
 * @param x float64 [N, k]
 * @param borders for each column, the rising borders between its bins
 * @returns [N, k]
 */
export function emitBinPositions(graph: DoubleGraph, x: Value, borders: readonly (readonly number[])[]): Value {
  const width = Math.max(1, ...borders.map(({ length }) => length));
  const padded = borders.flatMap((list) => [...list, ...Array<number>(width - list.length).fill(unreachable)]);
  // [N, k, 1] against [k, width]: every number with every border of its column.
  const stacked = graph.op('Reshape', [x, graph.positions([0, 0, 1])]);
  const reached = graph.toDouble(graph.greaterOrEqual(stacked, graph.matrix(borders.length, width, padded)));
  const count = has(graph.opset, 'sumAxesByInput')
    ? graph.op('ReduceSum', [reached, graph.positions([2])], { keepdims: 0n })
    : graph.op('ReduceSum', [reached], { axes: [2n], keepdims: 0n });
  return graph.where(graph.isNaN(x), x, count);
}

/**
 * Adds an indicator, 0 or 1, for each bin of each column. All are 0 for NaN.
 * @returns [N, number of bins]
 */
export function emitBinIndicators(graph: DoubleGraph, x: Value, borders: readonly (readonly number[])[]): Value {
  const lower = borders.flatMap((list) => [Number.NEGATIVE_INFINITY, ...list]);
  const upper = borders.flatMap((list) => [...list, unreachable]);
  const repeated = graph.columns(
    x,
    borders.flatMap((list, column) => [...list, unreachable].map(() => column)),
  );
  const isBelow = graph.not(graph.greaterOrEqual(repeated, graph.row(upper)));
  return graph.toDouble(graph.and(graph.greaterOrEqual(repeated, graph.row(lower)), isBelow));
}
