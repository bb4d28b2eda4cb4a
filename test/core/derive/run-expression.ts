import { create } from '@bufbuild/protobuf';
import { GraphProtoSchema, ModelProtoSchema, OperatorSetIdProtoSchema, TensorProto_DataType } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { emitExpression } from '../../../src/core/derive/emit-expression.ts';
import type { Expression } from '../../../src/core/derive/expression.ts';
import { parseExpression } from '../../../src/core/derive/parse-expression.ts';
import { describeFault } from '../../../src/core/fault.ts';
import { DoubleGraph } from '../../../src/core/graph/double-graph.ts';
import { valueInfo } from '../../../src/core/graph/nodes.ts';
import { writeOnnx } from '../../../src/core/graph/onnx-file.ts';

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
 * @param rows the columns, by name
 * @returns for each expression, its value in each row
 */
export async function runExpressions(
  opset: number,
  texts: readonly string[],
  rows: Readonly<Record<string, readonly number[]>>,
): Promise<number[][]> {
  const { DOUBLE } = TensorProto_DataType;
  const graph = new DoubleGraph(opset);
  const names = Object.keys(rows);
  const outputs = texts.map((text) =>
    emitExpression(graph, expressionOf(text), (name) => graph.columns('rows', [names.indexOf(name)])),
  );
  // An expression may be a column as it is; and two may be one. Outputs need names of their own.
  const value = graph.concat([...outputs, 'rows']);
  const count = rows[names[0]!]!.length;
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(opset) })],
    graph: create(GraphProtoSchema, {
      name: 'expressions',
      node: graph.nodes,
      initializer: graph.constants,
      input: [valueInfo('rows', DOUBLE, ['N', names.length])],
      output: [valueInfo(value, DOUBLE, ['N', texts.length + names.length])],
    }),
  });
  const session = await InferenceSession.create(writeOnnx(model));
  try {
    const data = Float64Array.from({ length: count * names.length }, (_, i) => {
      return rows[names[i % names.length]!]![Math.floor(i / names.length)]!;
    });
    const results = await session.run({ rows: new Tensor('float64', data, [count, names.length]) });
    const cells = results[value]!.data as Float64Array;
    const width = texts.length + names.length;
    return texts.map((_, column) => Array.from({ length: count }, (_, row) => cells[row * width + column]!));
  } finally {
    await session.release();
  }
}
