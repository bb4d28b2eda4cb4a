import type { DoubleGraph, Value } from '../graph/double-graph.ts';

/**
 * Adds dividend / divisor.
 * @param constant the dividend, where it is a number and no column
 */
export function emitQuotient(graph: DoubleGraph, dividend: Value, divisor: Value, constant: number | undefined): Value {
  // ONNX Runtime makes y / x of (1 / x) * y, which has other last digits, and fails where y is a sum with 0.
  return constant === 1 ? graph.op('Reciprocal', [divisor]) : graph.div(dividend, divisor);
}
