import type { DoubleGraph, Value } from './double-graph.ts';

/** A quarter turn in three parts of 27, 27 and 53 binary digits: whole multiples of the first two are exact below `reducedBelow`. */
const quarter = [1.570796325802803, 9.920935739593517e-10, 5.721188726109832e-18] as const;
const quarterTurn = Math.PI / 2;
/** 2^24 turns, in radians. */
const reducedBelow = 2 * Math.PI * 2 ** 24;

/** ONNX Runtime's own operators, which are right near 0. */
export interface CircularKernels {
  sin(angle: Value): Value;
  cos(angle: Value): Value;
}

/**
 * Sine or cosine of an angle of any size. ONNX Runtime's own lose the digits near their zeros, where a tree may split;
 * and they pick their way of reducing angles for a whole packet of elements, so that one large or missing angle changes
 * the last digits of its neighbours. So all are brought within an eighth of a turn first, by whole quarters; those that
 * are NaN or too large for that are computed apart.
 * @param shift 0 for the sine; 1 for the cosine, which is the sine a quarter further
 */
export function circular(graph: DoubleGraph, a: Value, shift: 0 | 1, kernels: CircularKernels): Value {
  const zero = graph.number(0);
  const isApart = graph.not(graph.less(graph.abs(a), graph.number(reducedBelow)));
  const near = graph.where(isApart, zero, a);
  const quarters = graph.floor(graph.add(graph.div(near, graph.number(quarterTurn)), graph.number(0.5)));
  const angle = quarter.reduce((left, part) => graph.sub(left, graph.mul(quarters, graph.number(part))), near);
  const wave = waveOfQuarter(graph, graph.add(quarters, graph.number(shift)), kernels.sin(angle), kernels.cos(angle));
  const far = graph.where(isApart, a, graph.number(reducedBelow));
  return graph.where(isApart, shift === 0 ? kernels.sin(far) : kernels.cos(far), wave);
}

/** sin(x + n quarters): sine, cosine, minus sine, minus cosine, and again. */
function waveOfQuarter(graph: DoubleGraph, quarters: Value, sine: Value, cosine: Value): Value {
  const four = graph.number(4);
  const place = graph.sub(quarters, graph.mul(four, graph.floor(graph.div(quarters, four))));
  const isBack = graph.greater(place, graph.number(1.5));
  const halves = graph.where(isBack, graph.sub(place, graph.number(2)), place);
  const wave = graph.where(graph.greater(halves, graph.number(0.5)), cosine, sine);
  return graph.where(isBack, graph.neg(wave), wave);
}
