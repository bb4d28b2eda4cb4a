import type { Value } from '../graph/double-graph.ts';
import { arithmetic, type Emit, type Evaluate, type Operation } from './operation.ts';
import { asNumber, asTruth } from './truth.ts';

const ofOne = (evaluate: Evaluate, emit: Emit<Value>): Operation => arithmetic(1, evaluate, emit);

/** The extreme of two numbers or more; missing when one of them is. */
const extreme = (evaluate: Evaluate, ofTwo: Emit<Value>): Operation => ({
  arity: [2, Number.POSITIVE_INFINITY],
  evaluate,
  emit: (graph, operands) =>
    operands.map((operand) => asNumber(graph, operand)).reduce((best, next) => ofTwo(graph, best, next)),
});

/** To the nearest integer, halves to the even one. */
function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return below + Number(rest > 0.5 || (rest === 0.5 && below % 2 !== 0));
}

/** What is left of a after whole b's, with the sign of b. */
function remainder(a: number, b: number): number {
  const left = a % b;
  return left !== 0 && left < 0 !== b < 0 ? left + b : left;
}

/** What is called by its name. */
export const functions = {
  min: extreme(Math.min, (graph, a, b) => graph.min(a, b)),
  max: extreme(Math.max, (graph, a, b) => graph.max(a, b)),
  abs: ofOne(Math.abs, (graph, a) => graph.abs(a)),
  exp: ofOne(Math.exp, (graph, a) => graph.exp(a)),
  log: ofOne(Math.log, (graph, a) => graph.log(a)),
  log1p: ofOne(Math.log1p, (graph, a) => graph.log1p(a)),
  sqrt: ofOne(Math.sqrt, (graph, a) => graph.sqrt(a)),
  sin: ofOne(Math.sin, (graph, a) => graph.sin(a)),
  cos: ofOne(Math.cos, (graph, a) => graph.cos(a)),
  floor: ofOne(Math.floor, (graph, a) => graph.floor(a)),
  round: ofOne(roundHalfToEven, (graph, a) => graph.round(a)),
  mod: arithmetic(2, remainder, (graph, a, b) => graph.mod(a, b)),
  if: {
    arity: [3, 3],
    evaluate: (condition, then, otherwise) => (condition === 0 ? otherwise : then) as number,
    emit(graph, [condition, then, otherwise]) {
      const { yes, no } = asTruth(graph, condition!);
      const unless = graph.where(no, asNumber(graph, otherwise!), graph.number(Number.NaN));
      return graph.where(yes, asNumber(graph, then!), unless);
    },
  },
} as const satisfies Record<string, Operation>;
