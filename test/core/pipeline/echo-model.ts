import { create } from '@bufbuild/protobuf';
import {
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
} from 'onnx-buf';
import { node, valueInfo } from '../../../src/core/graph/nodes.ts';

/** An input of a model that gives it back as the output `<name>_out`. */
export interface EchoInput {
  readonly name: string;
  readonly type: keyof typeof TensorProto_DataType;
  readonly dims: readonly (number | string)[];
}

/** A user's model that answers with what it was fed: it shows what a pipeline makes of rows. */
export function echoModel(inputs: readonly EchoInput[], opset = 17): ModelProto {
  const info = ({ name, type, dims }: EchoInput) => valueInfo(name, TensorProto_DataType[type], dims);
  return create(ModelProtoSchema, {
    irVersion: 4n,
    producerName: 'test',
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(opset) })],
    graph: create(GraphProtoSchema, {
      name: 'echo',
      node: inputs.map(({ name }) => node('Identity', [name], [`${name}_out`])),
      input: inputs.map(info),
      output: inputs.map((input) => info({ ...input, name: `${input.name}_out` })),
    }),
  });
}
