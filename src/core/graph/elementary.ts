import type { DoubleGraph, Value } from './double-graph.ts';
import { has } from './operator-set.ts';

/** Functions of float64 that ONNX Runtime lacks at some versions, or computes with fewer digits than float64 has. */

/** Below it 1 + x is 1. */
const epsilon = 2 ** -52;
/** From it on every float64 is a whole number. */
const wholeFrom = 2 ** 52;

/** ONNX Runtime has no float64 kernel of Clip before ai.onnx 12. */
export function clip(graph: DoubleGraph, a: Value, min: Value, max: Value): Value {
  const raised = graph.where(graph.less(a, min), min, a);
  return graph.where(graph.greater(raised, max), max, raised);
}

/** The logistic function. ONNX Runtime's own is 0 from x = -37 on; so is 1 / (1 + exp(-x)) where that overflows. */
export function sigmoid(graph: DoubleGraph, a: Value): Value {
  const one = graph.number(1);
  const decay = graph.exp(graph.neg(graph.abs(a)));
  const numerator = graph.where(graph.less(a, graph.number(0)), decay, one);
  return graph.div(numerator, graph.add(one, decay));
}

/** log(1 + x): Kahan's correction gives back the digits of x that the sum 1 + x lost. */
export function log1p(graph: DoubleGraph, a: Value): Value {
  const one = graph.number(1);
  const sum = graph.add(one, a);
  const log = graph.log(sum);
  const corrected = graph.mul(log, graph.div(a, graph.sub(sum, one)));
  const large = graph.where(graph.less(sum, graph.number(wholeFrom)), corrected, log);
  return graph.where(graph.greater(graph.abs(a), graph.number(epsilon)), large, a);
}

/** exp(x) - 1, corrected in the same way. */
export function expm1(graph: DoubleGraph, a: Value): Value {
  const exp = graph.exp(a);
  const difference = graph.sub(exp, graph.number(1));
  const corrected = graph.mul(difference, graph.div(a, graph.log(exp)));
  const magnitude = graph.abs(a);
  const small = graph.where(graph.less(magnitude, graph.number(1)), corrected, difference);
  return graph.where(graph.greater(magnitude, graph.number(epsilon)), small, a);
}

/** Adding 2^52 leaves no place for a fraction, so the sum is rounded as the processor rounds: halves to even. */
export function roundHalfToEven(graph: DoubleGraph, a: Value): Value {
  const shift = graph.number(wholeFrom);
  const zero = graph.number(0);
  const magnitude = graph.abs(a);
  const rounded = graph.sub(graph.add(magnitude, shift), shift);
  const signed = graph.where(graph.less(a, zero), graph.neg(rounded), rounded);
  const hasFraction = graph.and(graph.greater(magnitude, zero), graph.less(magnitude, shift));
  return graph.where(hasFraction, signed, a);
}

/** The remainder of a floored division, as numpy's `remainder`, but for a zero: that is +0 always. */
export function remainder(graph: DoubleGraph, a: Value, b: Value): Value {
  const zero = graph.number(0);
  const left = has(graph.opset, 'remainder')
    ? graph.op('Mod', [a, b], { fmod: 1n })
    : leftOfTruncatedDivision(graph, a, b);
  const otherSign = graph.op('Xor', [graph.less(left, zero), graph.less(b, zero)]);
  const isRest = graph.greater(graph.abs(left), zero);
  return graph.add(graph.where(graph.and(otherSign, isRest), graph.add(left, b), left), zero);
}

/** a - q b with q the quotient's whole part; exact where the quotient is below 2^52 and b neither huge nor tiny. */
function leftOfTruncatedDivision(graph: DoubleGraph, a: Value, b: Value): Value {
  const quotient = graph.floor(graph.div(graph.abs(a), graph.abs(b)));
  const product = exactProduct(graph, quotient, graph.abs(b));
  const left = graph.sub(graph.sub(graph.abs(a), product.high), product.low);
  // The division itself may have been rounded up to a whole number.
  const positive = graph.where(graph.less(left, graph.number(0)), graph.add(left, graph.abs(b)), left);
  const signed = graph.where(graph.less(a, graph.number(0)), graph.neg(positive), positive);
  const isWithin = graph.and(graph.less(graph.abs(a), graph.abs(b)), graph.isFinite(a));
  return graph.where(isWithin, a, signed);
}

/** A product as the sum of two float64, after Dekker. */
function exactProduct(graph: DoubleGraph, a: Value, b: Value): { high: Value; low: Value } {
  const high = graph.mul(a, b);
  const [a1, a2] = halves(graph, a);
  const [b1, b2] = halves(graph, b);
  // In this order each sum is exact.
  const partial = [graph.mul(a1, b2), graph.mul(a2, b1), graph.mul(a2, b2)];
  return { high, low: partial.reduce((sum, each) => graph.add(sum, each), graph.sub(graph.mul(a1, b1), high)) };
}

/** A float64 as the sum of two that have half as many digits, after Veltkamp. */
function halves(graph: DoubleGraph, a: Value): [Value, Value] {
  const scaled = graph.mul(a, graph.number(2 ** 27 + 1));
  const upper = graph.sub(scaled, graph.sub(scaled, a));
  return [upper, graph.sub(a, upper)];
}
