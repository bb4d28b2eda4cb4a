import { readFileSync } from 'node:fs';
import { create } from '@bufbuild/protobuf';
import { FunctionProtoSchema, type ModelProto, type NodeProto, TensorProto_DataType } from 'onnx-buf';
import { Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { pipelineOpset } from '../../../src/core/graph/lift.ts';
import { node, valueInfo } from '../../../src/core/graph/nodes.ts';
import { readOnnx } from '../../../src/core/graph/onnx-file.ts';
import { hasSharedData, sharedData } from '../../shared-data.ts';
import { floats, modelOf, runModel } from './run-model.ts';

const { FLOAT } = TensorProto_DataType;

const modelWith = (nodes: NodeProto[], opsets: Record<string, number>): ModelProto =>
  modelOf({ node: nodes, input: [valueInfo('x', FLOAT, ['N', 4])], output: [valueInfo('y', FLOAT, ['N', 4])] }, opsets);
const scaler = node('Scaler', ['x'], ['y'], { offset: [0], scale: [1] }, 'ai.onnx.ml');
const softmax = node('Softmax', ['x'], ['y']);

test('a model of version 9 or newer keeps its version', () => {
  for (const opset of [9, 10, 13, 15, 17, 21, 26])
    expect(pipelineOpset(modelWith([softmax], { '': opset }))).toBe(opset);
  expect(pipelineOpset(modelWith([softmax], { 'ai.onnx': 12, 'ai.onnx.ml': 1 }))).toBe(12);
});

test('models of ai.onnx.ml alone are always lifted, with an import of ai.onnx or without', () => {
  expect(pipelineOpset(modelWith([scaler], { 'ai.onnx.ml': 1 }))).toBe(17);
  expect(pipelineOpset(modelWith([scaler], { '': 1, 'ai.onnx.ml': 1 }))).toBe(17);
  expect(pipelineOpset(modelWith([scaler, node('Cast', ['y'], ['z'], { to: 7n })], { '': 7 }))).toBe(17);
});

test('an older model is lifted as far as its operators mean the same', () => {
  expect(pipelineOpset(modelWith([softmax], { '': 7 }))).toBe(11);
  expect(pipelineOpset(modelWith([node('BatchNormalization', ['x'], ['y'])], { '': 8 }))).toMatchObject({
    code: 'model.unsupported',
    path: '/opset_import',
    got: expect.stringContaining('BatchNormalization'),
  });
  expect(pipelineOpset(modelWith([node('Relu', ['x'], ['y'])], { '': 5 }))).toMatchObject({
    code: 'model.unsupported',
  });
  expect(pipelineOpset(modelWith([node('Nonsense', ['x'], ['y'])], { '': 8 }))).toMatchObject({
    got: expect.stringContaining('Nonsense'),
  });
});

test('functions have versions of their own, so a model with some is not lifted', () => {
  const model = modelWith([scaler], { '': 8 });
  model.functions.push(create(FunctionProtoSchema, { name: 'F', domain: 'own' }));
  expect(pipelineOpset(model)).toMatchObject({ got: expect.stringContaining('functions') });
});

test('a version that the runtime does not know is refused', () => {
  expect(pipelineOpset(modelWith([softmax], { '': 27 }))).toMatchObject({ got: 'ai.onnx 27' });
});

test('lifted models answer as before', async () => {
  const x = floats([1, -2, 3, 0.5, 0, 9, -7, 2], 4);
  const operators: [string, Parameters<typeof node>[3]?][] = [
    ['Softmax', { axis: 1n }],
    ['LogSoftmax', { axis: 1n }],
    ['Relu'],
    ['Sigmoid'],
    ['Flatten'],
    ['Elu', { alpha: 2 }],
    ['Clip', { min: -1, max: 1 }],
    ['HardSigmoid'],
    ['LRN', { size: 3n }],
  ];
  for (const [opType, attributes] of operators) {
    const shaped = opType === 'LRN' ? new Tensor('float32', x.data as Float32Array, [2, 4, 1, 1]) : x;
    const model = modelWith([node(opType, ['x'], ['y'], attributes)], { '': 8 });
    if (opType === 'LRN') {
      model.graph!.input = [valueInfo('x', FLOAT, ['N', 4, 1, 1])];
      model.graph!.output = [valueInfo('y', FLOAT, ['N', 4, 1, 1])];
    }
    const before = await runModel(model, { x: shaped });
    const target = pipelineOpset(model);
    expect(target, opType).toBeGreaterThanOrEqual(9);
    model.opsetImport[0]!.version = BigInt(target as number);
    expect((await runModel(model, { x: shaped })).y!.data, opType).toEqual(before.y!.data);
  }
});

test.skipIf(!hasSharedData)(
  'the digits network of version 8 answers as before at the version it is lifted to',
  async () => {
    const model = readOnnx(readFileSync(sharedData('models', 'mnist-cntk', 'model.onnx'))) as ModelProto;
    const pixels = Float32Array.from({ length: 784 }, (_, i) => (i * 37) % 256);
    const feeds = { Input3: new Tensor('float32', pixels, [1, 1, 28, 28]) };
    const before = await runModel(model, feeds);
    expect(pipelineOpset(model)).toBe(17);
    model.opsetImport[0]!.version = 17n;
    expect((await runModel(model, feeds)).Plus214_Output_0!.data).toEqual(before.Plus214_Output_0!.data);
  },
);
