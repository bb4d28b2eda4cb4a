import type { DoubleGraph, Value } from '../graph/double-graph.ts';

/** To the nearest integer, halves to the even one. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return below + Number(rest > 0.5 || (rest === 0.5 && below % 2 !== 0));
}

/** The same in a graph; operator sets before 11 have no Round. */
export function emitRound(graph: DoubleGraph, x: Value): Value {
  const half = graph.number(0.5);
  const below = graph.floor(x);
  const rest = graph.sub(x, below);
  const halved = graph.mul(below, half);
  const isOdd = graph.less(graph.floor(halved), halved);
  const isUp = graph.or(graph.greater(rest, half), graph.and(graph.equal(rest, half), isOdd));
  return graph.add(below, graph.toDouble(isUp));
}
