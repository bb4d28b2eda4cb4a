import { readFileSync } from 'node:fs';
import { create } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType, AttributeProtoSchema, type ModelProto, TensorProto_DataType } from 'onnx-buf';
import { Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { inspectModel } from '../../../../src/core/graph/inspect.ts';
import { node, tensor, valueInfo } from '../../../../src/core/graph/nodes.ts';
import { readOnnx, writeOnnx } from '../../../../src/core/graph/onnx-file.ts';
import { freeBatch } from '../../../../src/core/graph/repair/free-batch.ts';
import { hasSharedData, sharedData } from '../../../shared-data.ts';
import { modelOf, runModel } from '../run-model.ts';

const { FLOAT } = TensorProto_DataType;
const shape = (name: string, ...sizes: number[]) => tensor(name, [sizes.length], BigInt64Array.from(sizes, BigInt));

/** Reshapes rows and a weight, as converters with a fixed batch write it. */
const fixedModel = () =>
  modelOf(
    {
      node: [
        node('Reshape', ['x', 'tall'], ['column']),
        node('Reshape', ['w', 'wide'], ['weights']),
        node('MatMul', ['column', 'weights'], ['product']),
        node('Reshape', ['product', 'rest'], ['y']),
      ],
      initializer: [
        shape('tall', 1, 4, 1),
        shape('wide', 1, 2),
        shape('rest', 1, -1),
        tensor('w', [2], Float32Array.of(1, 10)),
      ],
      input: [valueInfo('x', FLOAT, [1, 2, 2])],
      output: [valueInfo('y', FLOAT, [1, 8])],
      valueInfo: [valueInfo('column', FLOAT, [1, 4, 1]), valueInfo('weights', FLOAT, [1, 2])],
    },
    { '': 13 },
  );
const image = (...values: number[]) => new Tensor('float32', Float32Array.from(values), [values.length / 4, 2, 2]);

test('a model for one row answers for two as for each alone', async () => {
  const model = fixedModel();
  const before = writeOnnx(model);
  const freed = freeBatch(model)!;
  expect(freed.changes).toEqual([
    'The model was declared for one row at a time: the first dimension of "x" is free now, and 2 reshapes follow.',
  ]);
  expect(writeOnnx(model)).toEqual(before);
  const facts = inspectModel(freed.model);
  expect([facts.inputs[0]?.shape, facts.outputs[0]?.shape]).toEqual([
    ['N', 2, 2],
    ['N', 8],
  ]);
  // What was noted of the weights is true still.
  expect(freed.model.graph?.valueInfo.map(({ name }) => name)).toEqual(['weights']);
  const one = await runModel(model, { x: image(1, 2, 3, 4) });
  const two = await runModel(freed.model, { x: image(1, 2, 3, 4, 5, 6, 7, 8) });
  expect(two.y!.dims).toEqual([2, 8]);
  expect(Array.from(two.y!.data as Float32Array).slice(0, 8)).toEqual(Array.from(one.y!.data as Float32Array));
  expect((await runModel(freed.model, { x: image(1, 2, 3, 4) })).y!.data).toEqual(one.y!.data);
});

test('a shape that rows and weights share is freed for the rows only, and one in a Constant too', async () => {
  const constant = node('Constant', [], ['flat']);
  const { TENSOR } = AttributeProto_AttributeType;
  constant.attribute.push(create(AttributeProtoSchema, { name: 'value', type: TENSOR, t: shape('', 1, 4) }));
  const model = modelOf(
    {
      node: [
        constant,
        node('Reshape', ['x', 'flat'], ['row']),
        node('Reshape', ['w', 'flat'], ['weights']),
        node('Mul', ['row', 'weights'], ['y']),
      ],
      initializer: [tensor('w', [4], Float32Array.of(1, 2, 3, 4))],
      input: [valueInfo('x', FLOAT, [1, 2, 2])],
      output: [valueInfo('y', FLOAT, [1, 4])],
    },
    { '': 13 },
  );
  const freed = freeBatch(model)!;
  expect(freed.changes[0]).toContain('1 reshape follows');
  const { y } = await runModel(freed.model, { x: image(1, 1, 1, 1, 2, 2, 2, 2) });
  expect(Array.from(y!.data as Float32Array)).toEqual([1, 2, 3, 4, 2, 4, 6, 8]);
});

test('outputs that are declared as one row beside inputs that vary become true', () => {
  const model = modelOf(
    {
      node: [node('Neg', ['x'], ['y'])],
      input: [valueInfo('x', FLOAT, ['batch', 2]), valueInfo('scale', FLOAT, [1])],
      output: [valueInfo('y', FLOAT, [1, 2])],
    },
    { '': 13 },
  );
  const freed = freeBatch(model)!;
  expect(freed.changes).toEqual(['The outputs "y" were declared as one row: they have as many as the inputs.']);
  expect(inspectModel(freed.model).outputs[0]?.shape).toEqual(['N', 2]);
  // A constant of one element beside rows is no row.
  expect(inspectModel(freed.model).inputs[1]?.shape).toEqual([1]);
});

test('a model whose rows vary, or that has no rows, is left alone', () => {
  const plain = (inputShape: (number | string)[], outputShape: (number | string)[]) =>
    modelOf(
      {
        node: [node('Neg', ['x'], ['y'])],
        input: [valueInfo('x', FLOAT, inputShape)],
        output: [valueInfo('y', FLOAT, outputShape)],
      },
      { '': 13 },
    );
  expect(freeBatch(plain(['N', 2], ['N', 2]))).toBeUndefined();
  expect(freeBatch(plain([-1, 2], [-1, 2]))).toBeUndefined();
  expect(freeBatch(plain([28, 28], [28, 28]))).toBeUndefined();
  expect(freeBatch(plain([], []))).toBeUndefined();
});

test.skipIf(!hasSharedData)('the digits network for one picture answers for three as it is recorded to', async () => {
  const model = readOnnx(readFileSync(sharedData('models', 'mnist-cntk', 'model.onnx'))) as ModelProto;
  const freed = freeBatch(model)!;
  const pictures = Array.from({ length: 3 }, (_, k) =>
    Float32Array.from({ length: 784 }, (__, i) => (i * (k + 3)) % 256),
  );
  const run = async (each: ModelProto, data: Float32Array) => {
    const feeds = { Input3: new Tensor('float32', data, [data.length / 784, 1, 28, 28]) };
    return Array.from((await runModel(each, feeds)).Plus214_Output_0!.data as Float32Array);
  };
  const alone = await Promise.all(pictures.map((picture) => run(model, picture)));
  const together = await run(freed.model, Float32Array.from(pictures.flatMap((picture) => [...picture])));
  together.forEach((value, i) => {
    expect(value).toBeCloseTo(alone.flat()[i]!, 2);
  });
  expect(together).toHaveLength(30);
  expect((await run(freed.model, pictures[0]!)).length).toBe(10);
});
