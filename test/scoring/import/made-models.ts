import type { ModelProto } from 'onnx-buf';
import { TensorProto_DataType } from 'onnx-buf';
import { node, tensor, valueInfo } from '../../../src/core/graph/nodes.ts';
import { modelOf } from '../../hostile/hostile-models.ts';

const { FLOAT, FLOAT16, INT64, DOUBLE, BOOL, STRING } = TensorProto_DataType;
const ml = 'ai.onnx.ml';

/** y = 2 x for one row, declared so. */
export const oneRow = (): ModelProto =>
  modelOf({
    nodes: [node('Mul', ['x', 'two'], ['y'])],
    inputs: [valueInfo('x', FLOAT, [1, 2])],
    outputs: [valueInfo('y', FLOAT, [1, 2])],
    constants: [tensor('two', [1], Float32Array.of(2))],
  });

/** What is left of a row when the mean of all rows is taken away: no row is alone. */
export const rowsThatMix = (rows: number | string): ModelProto =>
  modelOf({
    nodes: [node('ReduceMean', ['x'], ['mean'], { axes: [0n], keepdims: 1n }), node('Sub', ['x', 'mean'], ['y'])],
    inputs: [valueInfo('x', FLOAT, [rows, 2])],
    outputs: [valueInfo('y', FLOAT, [rows, 2])],
  });

/** y = x in float16. */
export const halfFloats = (): ModelProto =>
  modelOf({
    nodes: [node('Add', ['x', 'x'], ['y'])],
    inputs: [valueInfo('x', FLOAT16, ['N', 2])],
    outputs: [valueInfo('y', FLOAT16, ['N', 2])],
  });

/** Inputs of every type that a feature can feed, each given back. */
export const manyTypes = (): ModelProto => {
  const types = { number: DOUBLE, count: INT64, truth: BOOL, word: STRING };
  const entries = Object.entries(types);
  return modelOf({
    nodes: entries.map(([name]) => node('Identity', [name], [`same ${name}`])),
    inputs: entries.map(([name, type]) => valueInfo(name, type, ['N', 1])),
    outputs: entries.map(([name, type]) => valueInfo(`same ${name}`, type, ['N', 1])),
  });
};

/** An operator that changed right after the version of the model, which is too old for preprocessing in front of it. */
export const oldNormalization = (): ModelProto =>
  modelOf({
    opset: 8,
    nodes: [node('BatchNormalization', ['x', 'ones', 'zeros', 'zeros', 'ones'], ['y'])],
    inputs: [valueInfo('x', FLOAT, ['N', 3])],
    outputs: [valueInfo('y', FLOAT, ['N', 3])],
    constants: [tensor('ones', [3], Float32Array.of(1, 1, 1)), tensor('zeros', [3], new Float32Array(3))],
  });

/** The mean of each channel of an image of any size. */
export const anySizeImage = (): ModelProto =>
  modelOf({
    nodes: [node('GlobalAveragePool', ['image'], ['means'])],
    inputs: [valueInfo('image', FLOAT, ['batch', 3, 'height', 'width'])],
    outputs: [valueInfo('means', FLOAT, ['batch', 3, 1, 1])],
  });

/** An encoder that fails on texts it does not know. */
export const strictEncoder = (): ModelProto =>
  modelOf({
    nodes: [
      node('Identity', ['word'], ['same']),
      node('OneHotEncoder', ['same'], ['codes'], { cats_strings: ['a', 'b'], zeros: 0n }, ml),
      node('ReduceMax', ['codes'], ['y'], { axes: [2n], keepdims: 0n }),
    ],
    inputs: [valueInfo('word', STRING, ['N', 1])],
    outputs: [valueInfo('y', FLOAT, ['N', 1])],
    domains: { [ml]: 3 },
  });

/** Two trees of two classes that hold weights for both: ONNX Runtime's label is then not that of the probabilities. */
export const twoClassTrees = (): ModelProto =>
  modelOf({
    nodes: [
      node(
        'TreeEnsembleClassifier',
        ['x'],
        ['label', 'probabilities'],
        {
          nodes_treeids: [0n, 0n, 0n],
          nodes_nodeids: [0n, 1n, 2n],
          nodes_featureids: [0n, 0n, 0n],
          nodes_modes: ['BRANCH_LEQ', 'LEAF', 'LEAF'],
          nodes_values: [0.5, 0, 0],
          nodes_truenodeids: [1n, 0n, 0n],
          nodes_falsenodeids: [2n, 0n, 0n],
          nodes_hitrates: [1, 1, 1],
          nodes_missing_value_tracks_true: [0n, 0n, 0n],
          class_treeids: [0n, 0n, 0n, 0n],
          class_nodeids: [1n, 1n, 2n, 2n],
          class_ids: [0n, 1n, 0n, 1n],
          class_weights: [0.9, 0.1, 0.2, 0.8],
          classlabels_int64s: [0n, 1n],
          post_transform: 'NONE',
        },
        ml,
      ),
    ],
    inputs: [valueInfo('x', FLOAT, ['N', 2])],
    outputs: [valueInfo('label', INT64, ['N']), valueInfo('probabilities', FLOAT, ['N', 2])],
    domains: { [ml]: 3 },
  });
