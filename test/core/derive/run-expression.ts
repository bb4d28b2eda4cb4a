import { emitExpression } from '../../../src/core/derive/emit-expression.ts';
import type { Expression } from '../../../src/core/derive/expression.ts';
import { parseExpression } from '../../../src/core/derive/parse-expression.ts';
import { describeFault } from '../../../src/core/fault.ts';
import { DoubleGraph } from '../../../src/core/graph/double-graph.ts';
import { doubles, runGraph } from '../graph/run-model.ts';

/** Operator sets that stand for all: the oldest that is served, the one that most models have, a new one. */
export const opsets = [9, 13, 21] as const;

/** Parses what must be an expression. */
export function expressionOf(text: string): Expression {
  const expression = parseExpression(text);
  if ('code' in expression) throw new Error(`${text}: ${describeFault(expression)}`);
  return expression;
}

/**
 * Runs expressions through ONNX Runtime, all in one graph.
 * @param columns by name
 * @returns for each expression, its value in each row
 */
export async function runExpressions(
  opset: number,
  texts: readonly string[],
  columns: Readonly<Record<string, readonly number[]>>,
): Promise<number[][]> {
  const graph = new DoubleGraph(opset);
  const names = Object.keys(columns);
  const lookup = (name: string) => graph.columns('rows', [names.indexOf(name)]);
  const values = texts.map((text) => emitExpression(graph, expressionOf(text), lookup));
  // The rows are there so that a graph of one name alone has an operator as well.
  const output = graph.concat([...values, 'rows']);
  const count = columns[names[0]!]!.length;
  const rows = Array.from({ length: count }, (_, row) => names.map((name) => columns[name]![row]!)).flat();
  const { data } = await runGraph(graph, output, { rows: doubles(rows, names.length) });
  const width = texts.length + names.length;
  return texts.map((_, column) => Array.from({ length: count }, (_, row) => data[row * width + column] as number));
}
