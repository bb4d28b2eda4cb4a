import type { Value } from '../graph/double-graph.ts';
import { arithmetic, comparison, type Emit, logic, type Operation } from './operation.ts';
import { emitPower } from './power.ts';
import { emitQuotient } from './quotient.ts';
import { asNumber, notEqual } from './truth.ts';

const less: Emit<Value> = (graph, a, b) => graph.less(a, b);
const lessOrEqual: Emit<Value> = (graph, a, b) => graph.lessOrEqual(a, b);
const greater: Emit<Value> = (graph, a, b) => graph.greater(a, b);
const greaterOrEqual: Emit<Value> = (graph, a, b) => graph.greaterOrEqual(a, b);
const equal: Emit<Value> = (graph, a, b) => graph.equal(a, b);

/** What stands between or before its operands. */
export const operators = {
  '+': arithmetic(
    2,
    (a, b) => a + b,
    (graph, a, b) => graph.add(a, b),
  ),
  '-': arithmetic(
    2,
    (a, b) => a - b,
    (graph, a, b) => graph.sub(a, b),
  ),
  '*': arithmetic(
    2,
    (a, b) => a * b,
    (graph, a, b) => graph.mul(a, b),
  ),
  '/': {
    arity: [2, 2],
    evaluate: (a, b) => a / b,
    emit: (graph, [dividend, divisor], [constant]) =>
      emitQuotient(graph, asNumber(graph, dividend!), asNumber(graph, divisor!), constant),
  },
  '^': {
    arity: [2, 2],
    evaluate: (a, b) => a ** b,
    emit: (graph, [base, exponent], [, constant]) =>
      emitPower(graph, asNumber(graph, base!), asNumber(graph, exponent!), constant),
  },
  negate: arithmetic(
    1,
    (a) => -a,
    (graph, a) => graph.neg(a),
  ),
  '<': comparison((a, b) => Number(a < b), less, greaterOrEqual),
  '<=': comparison((a, b) => Number(a <= b), lessOrEqual, greater),
  '>': comparison((a, b) => Number(a > b), greater, lessOrEqual),
  '>=': comparison((a, b) => Number(a >= b), greaterOrEqual, less),
  '==': comparison((a, b) => Number(a === b), equal, notEqual),
  '!=': comparison((a, b) => Number(a !== b), notEqual, equal),
  and: logic(
    2,
    (a, b) => Number(a !== 0 && b !== 0),
    (graph, a, b) => ({ yes: graph.and(a.yes, b.yes), no: graph.or(a.no, b.no) }),
  ),
  or: logic(
    2,
    (a, b) => Number(a !== 0 || b !== 0),
    (graph, a, b) => ({ yes: graph.or(a.yes, b.yes), no: graph.and(a.no, b.no) }),
  ),
  not: logic(
    1,
    (a) => Number(a === 0),
    (_, a) => ({ yes: a.no, no: a.yes }),
  ),
} as const satisfies Record<string, Operation>;
