import type { DoubleGraph, Value } from './double-graph.ts';

/** A full turn in three parts of 27, 27 and 53 binary digits: whole multiples of the first two are exact below `reducedBelow`. */
const turn = [6.283185303211212, 3.968374295837407e-9, 2.2884754904439327e-17] as const;
const fullTurn = 2 * Math.PI;
/** 2^26 turns, in radians. */
const reducedBelow = fullTurn * 2 ** 26;

/**
 * Sine or cosine of an angle of any size. ONNX Runtime picks its way of reducing angles for a whole packet of
 * elements: one large or missing angle changes the last digits of its neighbours. So all are brought within half a
 * turn first; those that are NaN or too large for that are computed apart.
 * @param kernel adds the operator for angles
 */
export function circular(graph: DoubleGraph, a: Value, kernel: (angle: Value) => Value): Value {
  const isApart = graph.not(graph.less(graph.abs(a), graph.number(reducedBelow)));
  const turns = graph.floor(graph.add(graph.div(a, graph.number(fullTurn)), graph.number(0.5)));
  const reduced = turn.reduce((angle, part) => graph.sub(angle, graph.mul(turns, graph.number(part))), a);
  const ofReduced = kernel(graph.where(isApart, graph.number(0), reduced));
  const ofApart = kernel(graph.where(isApart, a, graph.number(reducedBelow)));
  return graph.where(isApart, ofApart, ofReduced);
}
