import { create } from '@bufbuild/protobuf';
import {
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
} from 'onnx-buf';
import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import { node, valueInfo } from '../graph/nodes.ts';
import type { Feature } from '../manifest/features.ts';
import { bankInputs } from './source-columns.ts';

/** A matrix [N, width] that leaves a graph. */
export interface StageOutput {
  readonly name: string;
  readonly value: Value;
  readonly width: number;
  readonly kind: 'numbers' | 'codes';
}

/** The oldest version of the format that every operator set in use allows. */
const irVersion = 8n;

/** A pipeline as a model by itself: rows in, matrices out. */
export function stageGraph(
  graph: DoubleGraph,
  features: readonly Feature[],
  outputs: readonly StageOutput[],
): ModelProto {
  const values = outputs.map(({ value }) => value);
  return create(ModelProtoSchema, {
    irVersion,
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(graph.opset) })],
    graph: create(GraphProtoSchema, {
      name: 'stage',
      // An input that leaves as it came needs an operator in between, too.
      node: [...graph.nodes, ...outputs.map(({ name, value }) => node('Identity', [value], [name]))],
      initializer: graph.constants,
      input: bankInputs(features, graph, values),
      output: outputs.map(({ name, width, kind }) =>
        valueInfo(name, kind === 'codes' ? TensorProto_DataType.INT32 : TensorProto_DataType.DOUBLE, ['N', width]),
      ),
    }),
  });
}
