import { create } from '@bufbuild/protobuf';
import {
  type ModelProto,
  TensorProto_DataType,
  TypeProto_MapSchema,
  TypeProto_SequenceSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { type AttributeValue, node, valueInfo } from '../../../src/core/graph/nodes.ts';
import { modelOf } from './run-model.ts';

const { FLOAT, INT64, STRING } = TensorProto_DataType;

/** A declared list of dictionaries from class to probability, as ZipMap makes it. */
export const listOfMaps = (name: string, keyType: TensorProto_DataType): ValueInfoProto =>
  create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: {
        case: 'sequenceType',
        value: create(TypeProto_SequenceSchema, {
          elemType: create(TypeProtoSchema, {
            value: {
              case: 'mapType',
              value: create(TypeProto_MapSchema, { keyType, valueType: valueInfo('', FLOAT).type! }),
            },
          }),
        }),
      },
    }),
  });

/** A declared list of tensors. */
export const listOfTensors = (name: string, elemType: TensorProto_DataType = FLOAT): ValueInfoProto =>
  create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: {
        case: 'sequenceType',
        value: create(TypeProto_SequenceSchema, { elemType: valueInfo('', elemType).type! }),
      },
    }),
  });

/** Three classes over two features, as softmax of a linear function. */
export const linearClassifier = (
  label: string,
  probabilities: string,
  classes: Readonly<Record<string, AttributeValue>> = { classlabels_strings: ['low', 'mid', 'high'] },
) =>
  node(
    'LinearClassifier',
    ['x'],
    [label, probabilities],
    { coefficients: [1, 0, 0, 1, -1, -1], intercepts: [0, 0.1, 0.2], post_transform: 'SOFTMAX', ...classes },
    'ai.onnx.ml',
  );

/** The classifier with its probabilities as a list of dictionaries, as a scikit-learn export has it. */
export const zipMapModel = (): ModelProto =>
  modelOf(
    {
      node: [
        linearClassifier('label', 'probabilities'),
        node('Identity', ['label'], ['output_label']),
        node(
          'ZipMap',
          ['probabilities'],
          ['output_probability'],
          { classlabels_strings: ['low', 'mid', 'high'] },
          'ai.onnx.ml',
        ),
      ],
      input: [valueInfo('x', FLOAT, ['batch', 2])],
      output: [valueInfo('output_label', STRING, ['batch']), listOfMaps('output_probability', STRING)],
    },
    { '': 9, 'ai.onnx.ml': 1 },
  );

/** One tree of three leaves over one feature; the leaves at x <= 0, x <= 1 and above. */
export const twoClassTree = (classIds: readonly number[], weights: readonly number[]): ModelProto => {
  const leaves = [2n, 3n, 4n];
  const perLeaf = classIds.length / leaves.length;
  return modelOf(
    {
      node: [
        node(
          'TreeEnsembleClassifier',
          ['x'],
          ['label', 'probabilities'],
          {
            nodes_treeids: [0n, 0n, 0n, 0n, 0n],
            nodes_nodeids: [0n, 1n, 2n, 3n, 4n],
            nodes_featureids: [0n, 0n, 0n, 0n, 0n],
            nodes_values: [0, 1, 0, 0, 0],
            nodes_modes: ['BRANCH_LEQ', 'BRANCH_LEQ', 'LEAF', 'LEAF', 'LEAF'],
            nodes_truenodeids: [2n, 3n, 0n, 0n, 0n],
            nodes_falsenodeids: [1n, 4n, 0n, 0n, 0n],
            class_treeids: classIds.map(() => 0n),
            class_nodeids: classIds.map((_, i) => leaves[Math.floor(i / perLeaf)]!),
            class_ids: classIds.map(BigInt),
            class_weights: weights,
            classlabels_int64s: [0n, 1n],
          },
          'ai.onnx.ml',
        ),
      ],
      input: [valueInfo('x', FLOAT, ['N', 1])],
      output: [valueInfo('label', INT64, ['N']), valueInfo('probabilities', FLOAT, ['N', 2])],
    },
    { '': 15, 'ai.onnx.ml': 2 },
  );
};
