import type { DoubleGraph, Value } from '../graph/double-graph.ts';

/**
 * The answer to a question about each row, as two booleans: where neither holds, the answer is missing. So `not` costs
 * nothing, and a comparison with NaN, where every operator of ONNX says false, needs no care.
 */
export interface Truth {
  readonly yes: Value;
  readonly no: Value;
}

/** What a part of an expression becomes in the graph: a matrix of float64, or an answer. */
export type Term = Value | Truth;

/** An answer as 1, 0 or NaN. */
export function asNumber(graph: DoubleGraph, term: Term): Value {
  if (typeof term === 'string') return term;
  const otherwise = graph.where(term.no, graph.number(0), graph.number(Number.NaN));
  return graph.where(term.yes, graph.number(1), otherwise);
}

/** A number as an answer: 0 is no, NaN is missing, every other is yes. */
export function asTruth(graph: DoubleGraph, term: Term): Truth {
  if (typeof term !== 'string') return term;
  const zero = graph.number(0);
  return { yes: notEqual(graph, term, zero), no: graph.equal(term, zero) };
}

/** Whether two numbers differ; false with NaN. */
export const notEqual = (graph: DoubleGraph, a: Value, b: Value): Value =>
  graph.or(graph.less(a, b), graph.greater(a, b));
