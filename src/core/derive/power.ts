import type { DoubleGraph, Value } from '../graph/double-graph.ts';

/**
 * Adds base ^ exponent; missing when one of them is.
 * @param constant the exponent, where it is a number and no column
 */
export function emitPower(graph: DoubleGraph, base: Value, exponent: Value, constant: number | undefined): Value {
  if (constant === 2) return graph.mul(base, base);
  const power = graph.pow(base, exponent);
  if (constant !== undefined && constant !== 0) return power;
  // IEEE 754 has 1 for x^0 and for 1^y, whatever the other operand is.
  const missing = graph.or(graph.isNaN(base), graph.isNaN(exponent));
  return graph.where(missing, graph.number(Number.NaN), power);
}
