import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import { type Expression, operations } from './expression.ts';
import type { Operation } from './operation.ts';
import { asNumber, type Term } from './truth.ts';

/**
 * Adds the operators of an expression. What a missing operand decides is missing: `missing and 0` is 0, `missing and 1`
 * is missing; of `if` only the branch taken counts.
 * @param lookup the column [N, 1] of float64 that a name stands for; NaN is missing
 * @returns a column [N, 1]
 */
export const emitExpression = (graph: DoubleGraph, expression: Expression, lookup: (name: string) => Value): Value =>
  asNumber(graph, emitTerm(graph, expression, lookup));

function emitTerm(graph: DoubleGraph, expression: Expression, lookup: (name: string) => Value): Term {
  if (expression.kind === 'number') return graph.number(expression.value);
  if (expression.kind === 'name') return lookup(expression.name);
  const { operands } = expression;
  const operation: Operation = operations[expression.operation];
  return operation.emit(
    graph,
    operands.map((operand) => emitTerm(graph, operand, lookup)),
    operands.map((operand) => (operand.kind === 'number' ? operand.value : undefined)),
  );
}
