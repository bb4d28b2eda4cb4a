import { readFileSync } from 'node:fs';
import { type ModelProto, TensorProto_DataType } from 'onnx-buf';
import { expect, test } from 'vitest';
import { inspectModel } from '../../../../src/core/graph/inspect.ts';
import { node, tensor, valueInfo } from '../../../../src/core/graph/nodes.ts';
import { readOnnx, writeOnnx } from '../../../../src/core/graph/onnx-file.ts';
import { cutOutputs } from '../../../../src/core/graph/repair/cut-outputs.ts';
import type { Repaired } from '../../../../src/core/graph/repair/repaired.ts';
import { hasSharedData, sharedData } from '../../../shared-data.ts';
import { linearClassifier, listOfMaps, listOfTensors, zipMapModel } from '../classifiers.ts';
import { floats, modelOf, runModel } from '../run-model.ts';

const { FLOAT, INT64, STRING } = TensorProto_DataType;
const x = floats([1, 2, -3, 0.5], 2);

function cut(model: ModelProto): Repaired {
  const repaired = cutOutputs(model);
  if ('code' in repaired) throw new Error(repaired.got);
  return repaired;
}

test('ZipMap is cut: label and probabilities come out as tensors, the class names stay', async () => {
  const model = zipMapModel();
  const before = writeOnnx(model);
  const { model: repaired, changes } = cut(model);
  expect(changes).toEqual([
    'The output "output_probability" is no tensor but a list of dictionaries: it is the matrix now that it was made from, one column for each of 3 classes.',
  ]);
  expect(writeOnnx(model)).toEqual(before);
  const outputs = await runModel(repaired, { x });
  const plain = await runModel(
    modelOf(
      {
        node: [linearClassifier('label', 'probabilities')],
        input: [valueInfo('x', FLOAT, ['batch', 2])],
        output: [valueInfo('label', STRING, ['batch']), valueInfo('probabilities', FLOAT, ['batch', 3])],
      },
      { '': 9, 'ai.onnx.ml': 1 },
    ),
    { x },
  );
  expect(outputs.output_probability!.data).toEqual(plain.probabilities!.data);
  expect(outputs.output_label!.data).toEqual(plain.label!.data);
  const facts = inspectModel(repaired);
  expect(facts.nonTensorOutputs).toEqual([]);
  expect(facts.operators).toEqual({ Cast: 1, Identity: 1, 'ai.onnx.ml.LinearClassifier': 1 });
  expect(facts.classes.get('output_probability')).toEqual(['low', 'mid', 'high']);
  expect(facts.outputs[1]).toMatchObject({ type: 'float32', shape: ['batch', 3] });
});

test('what was computed in float64 and zipped, which the runtime refuses, comes out as the floats that ZipMap has', async () => {
  const model = modelOf(
    {
      node: [
        node('Cast', ['x'], ['wide'], { to: BigInt(TensorProto_DataType.DOUBLE) }),
        node('Softmax', ['wide'], ['p'], { axis: 1n }),
        node('ZipMap', ['p'], ['map'], { classlabels_int64s: [7n, 9n] }, 'ai.onnx.ml'),
      ],
      input: [valueInfo('x', FLOAT, ['batch', 2])],
      output: [listOfMaps('map', INT64)],
    },
    { '': 13, 'ai.onnx.ml': 1 },
  );
  await expect(runModel(model, { x })).rejects.toThrow();
  const { map } = await runModel(cut(model).model, { x });
  expect(map).toMatchObject({ type: 'float32', dims: [x.dims[0], 2] });
});

test('class names that only the ZipMap had are kept in the metadata', () => {
  const model = modelOf(
    {
      node: [
        node('Softmax', ['x'], ['p'], { axis: 1n }),
        node('ZipMap', ['p'], ['map'], { classlabels_int64s: [7n, 9n] }, 'ai.onnx.ml'),
      ],
      input: [valueInfo('x', FLOAT, ['batch', 2])],
      output: [listOfMaps('map', INT64)],
    },
    { '': 9, 'ai.onnx.ml': 1 },
  );
  const { model: repaired } = cut(model);
  expect(inspectModel(repaired).classes.get('map')).toEqual(['7', '9']);
  expect(repaired.metadataProps.map(({ key, value }) => [key, value])).toEqual([['sluice.classes.map', '["7","9"]']]);
});

test('a list of tensors becomes an output each, as multi-output classifiers have it', async () => {
  const model = modelOf(
    {
      node: [
        linearClassifier('a_label', 'a'),
        node('Softmax', ['x'], ['b'], { axis: 1n }),
        node('SequenceConstruct', ['a', 'b'], ['probabilities']),
        node('Identity', ['b'], ['probabilities_0']),
      ],
      input: [valueInfo('x', FLOAT, ['batch', 2])],
      output: [valueInfo('a_label', STRING, ['batch']), listOfTensors('probabilities')],
    },
    { '': 11, 'ai.onnx.ml': 1 },
  );
  const { model: repaired, changes } = cut(model);
  // The first name is taken by an inner value.
  expect(changes[0]).toContain('"probabilities_0-2", "probabilities_1"');
  const outputs = await runModel(repaired, { x });
  expect(outputs['probabilities_0-2']!.dims).toEqual([2, 3]);
  expect(outputs.probabilities_1!.dims).toEqual([2, 2]);
  expect(inspectModel(repaired).classes.get('probabilities_0-2')).toEqual(['low', 'mid', 'high']);
});

test('split and chained lists are taken apart, and what read the list goes on reading it', async () => {
  const model = modelOf(
    {
      node: [
        node('SplitToSequence', ['x'], ['pieces'], { axis: 1n }),
        node('SequenceEmpty', [], ['none']),
        node('SequenceInsert', ['none', 'x'], ['one']),
        node('Neg', ['x'], ['minus']),
        node('SequenceInsert', ['one', 'minus'], ['both']),
        node('SequenceAt', ['pieces', 'position'], ['first']),
      ],
      initializer: [tensor('position', [], BigInt64Array.of(0n))],
      input: [valueInfo('x', FLOAT, ['batch', 2])],
      output: [listOfTensors('pieces'), listOfTensors('both'), valueInfo('first', FLOAT, ['batch', 1])],
    },
    { '': 13 },
  );
  const { model: repaired } = cut(model);
  const outputs = await runModel(repaired, { x });
  expect(Array.from(outputs.pieces!.data as Float32Array)).toEqual([1, 2, -3, 0.5]);
  expect(Array.from(outputs.both_0!.data as Float32Array)).toEqual([1, 2, -3, 0.5]);
  expect(Array.from(outputs.both_1!.data as Float32Array)).toEqual([-1, -2, 3, -0.5]);
  expect(Array.from(outputs.first!.data as Float32Array)).toEqual([1, -3]);
});

test('a list that the graph does not show is left out; when nothing else is left, the model is refused', async () => {
  const nodes = [
    node('SplitToSequence', ['x'], ['pieces'], { axis: 1n }),
    node('SequenceErase', ['pieces'], ['rest']),
    node('Neg', ['x'], ['y']),
  ];
  const input = [valueInfo('x', FLOAT, ['batch', 2])];
  const { model: repaired, changes } = cut(
    modelOf({ node: nodes, input, output: [valueInfo('y', FLOAT, ['batch', 2]), listOfTensors('rest')] }, { '': 13 }),
  );
  expect(changes).toEqual(['The output "rest" is no tensor but a list that cannot be taken apart: it is left out.']);
  expect(repaired.graph?.node.map(({ opType }) => opType)).toEqual(['Neg']);
  expect(Object.keys(await runModel(repaired, { x }))).toEqual(['y']);
  expect(cutOutputs(modelOf({ node: nodes, input, output: [listOfTensors('rest')] }, { '': 13 }))).toMatchObject({
    code: 'model.unsupported',
    got: '"rest", a list',
  });
});

test('a model of tensors alone is left as it is', () => {
  const model = modelOf(
    { node: [node('Neg', ['x'], ['y'])], input: [valueInfo('x', FLOAT, [2])], output: [valueInfo('y', FLOAT, [2])] },
    { '': 13 },
  );
  expect(cutOutputs(model)).toEqual({ model, changes: [] });
});

test.skipIf(!hasSharedData)(
  'the forest as scikit-learn users have it gives label and all three probabilities',
  async () => {
    const bytes = readFileSync(sharedData('models', 'iris-randomforest-zipmap', 'model.onnx'));
    const expected = JSON.parse(readFileSync(sharedData('expected', 'iris.json'), 'utf8')) as {
      rows: number[][];
      randomForestLabel: number[];
      randomForestProbabilities: number[][];
    };
    const { model } = cut(readOnnx(bytes) as ModelProto);
    const outputs = await runModel(model, { X: floats(expected.rows.flat(), 4) });
    expect(Array.from(outputs.output_label!.data as BigInt64Array, Number)).toEqual(expected.randomForestLabel);
    const probabilities = Array.from(outputs.output_probability!.data as Float32Array);
    expected.randomForestProbabilities.flat().forEach((probability, i) => {
      expect(probabilities[i]).toBeCloseTo(probability, 5);
    });
    expect(inspectModel(model).classes.get('output_probability')).toEqual(['0', '1', '2']);
  },
);
