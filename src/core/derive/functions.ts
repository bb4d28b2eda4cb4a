import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import { arithmetic, type Emit, type Evaluate, type Operation } from './operation.ts';
import { emitRound, roundHalfEven } from './round.ts';
import { asNumber, asTruth } from './truth.ts';

const ofOne = (evaluate: Evaluate, emit: Emit<Value>): Operation => arithmetic(1, evaluate, emit);

/** The extreme of two numbers or more; missing when one of them is. */
const extreme = (evaluate: Evaluate, beats: Emit<Value>): Operation => ({
  arity: [2, Number.POSITIVE_INFINITY],
  evaluate,
  emit: (graph, operands) =>
    operands
      .map((operand) => asNumber(graph, operand))
      .reduce((best, next) => graph.where(graph.or(beats(graph, best, next), graph.isNaN(best)), best, next)),
});

/** What is called by its name. */
export const functions = {
  min: extreme(Math.min, (graph, a, b) => graph.less(a, b)),
  max: extreme(Math.max, (graph, a, b) => graph.greater(a, b)),
  abs: ofOne(Math.abs, (graph, a) => graph.abs(a)),
  exp: ofOne(Math.exp, (graph, a) => graph.exp(a)),
  log: ofOne(Math.log, (graph, a) => graph.log(a)),
  log1p: ofOne(Math.log1p, (graph, a) => graph.log1p(a)),
  sqrt: ofOne(Math.sqrt, (graph, a) => graph.sqrt(a)),
  sin: ofOne(Math.sin, (graph, a) => graph.sin(a)),
  cos: ofOne(Math.cos, (graph, a) => graph.cos(a)),
  floor: ofOne(Math.floor, (graph, a) => graph.floor(a)),
  round: ofOne(roundHalfEven, emitRound),
  mod: arithmetic(
    2,
    (a, b) => a - b * Math.floor(a / b),
    (graph, a, b) => graph.sub(a, graph.mul(b, graph.floor(graph.div(a, b)))),
  ),
  if: {
    arity: [3, 3],
    evaluate: (condition, then, otherwise) => (condition === 0 ? otherwise : then) as number,
    emit(graph, [condition, then, otherwise]) {
      const { yes, no } = asTruth(graph, condition!);
      const unless = graph.where(no, asNumber(graph, otherwise!), missing(graph));
      return graph.where(yes, asNumber(graph, then!), unless);
    },
  },
} as const satisfies Record<string, Operation>;

const missing = (graph: DoubleGraph): Value => graph.number(Number.NaN);
