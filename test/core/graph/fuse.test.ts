import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
} from 'onnx-buf';
import { expect, test } from 'vitest';
import { withChanges } from '../../../src/core/graph/copy-message.ts';
import { DoubleGraph } from '../../../src/core/graph/double-graph.ts';
import { type Front, fuse } from '../../../src/core/graph/fuse.ts';
import { node, tensor, valueInfo } from '../../../src/core/graph/nodes.ts';
import { writeOnnx } from '../../../src/core/graph/onnx-file.ts';
import { codesTensor, doubles, floats, modelOf, runModel } from './run-model.ts';

const { FLOAT, DOUBLE, INT32, BOOL, STRING } = TensorProto_DataType;

/** y = 2 x, over a float32 input. */
const doubling = (input = 'x', output = 'y', opset = 13) =>
  modelOf(
    {
      node: [node('Mul', [input, 'two'], [output])],
      initializer: [tensor('two', [1], Float32Array.of(2))],
      input: [valueInfo(input, FLOAT, ['batch', 2])],
      output: [valueInfo(output, FLOAT, ['batch', 2])],
    },
    { '': opset },
  );

/** A front that feeds an input with the numbers plus one, and marks what is not finite. */
function plusOne(input: string, opset = 13): Front {
  const graph = new DoubleGraph(opset);
  const sum = graph.add('numbers', graph.number(1));
  return {
    opset,
    graph,
    inputs: [valueInfo('numbers', DOUBLE, ['N', 2])],
    feeds: new Map([[input, graph.cast(sum, FLOAT)]]),
    outputs: [{ value: graph.everyColumn(graph.isFinite(sum)), info: valueInfo('sluice/finite', BOOL, ['N', 1]) }],
  };
}

const numbers = doubles([1, 2, 3, Number.NaN], 2);

test('the front feeds the model, and both give their outputs', async () => {
  const fused = fuse(doubling(), plusOne('x'), {});
  const outputs = await runModel(fused, { numbers });
  expect(Array.from(outputs.y!.data as Float32Array)).toEqual([4, 6, 8, Number.NaN]);
  expect(Array.from(outputs['sluice/finite']!.data as Uint8Array)).toEqual([1, 0]);
  expect(fused.graph?.input.map(({ name }) => name)).toEqual(['numbers']);
  expect(fused.graph?.output.map(({ name }) => name)).toEqual(['y', 'sluice/finite']);
});

test('the same arguments give the same bytes, and the given model is left as it was', () => {
  const model = doubling();
  const before = writeOnnx(model);
  const metadata = { b: '1', a: '2' };
  const bytes = writeOnnx(fuse(model, plusOne('x'), metadata));
  expect(writeOnnx(fuse(model, plusOne('x'), metadata))).toEqual(bytes);
  expect(writeOnnx(model)).toEqual(before);
});

test('names of the user that the front needs are given way, everywhere', async () => {
  // The model's input is called as the front's, and its inner value as one of ours.
  const model = modelOf(
    {
      node: [
        node('Neg', ['numbers'], ['sluice/add-2']),
        withChanges(node('Neg', ['sluice/add-2'], ['sluice/finite']), { name: 'model/numbers' }),
      ],
      input: [valueInfo('numbers', FLOAT, ['batch', 2])],
      output: [valueInfo('sluice/finite', FLOAT, ['batch', 2])],
      valueInfo: [valueInfo('sluice/add-2', FLOAT, ['batch', 2])],
    },
    { '': 13 },
  );
  const outputs = await runModel(fuse(model, plusOne('numbers'), {}), { numbers });
  expect(Array.from(outputs['model/sluice/finite']!.data as Float32Array)).toEqual([2, 3, 4, Number.NaN]);
  expect(Array.from(outputs['sluice/finite']!.data as Uint8Array)).toEqual([1, 0]);
});

test('a subgraph goes on seeing the outer value that was renamed, and its own of that name', async () => {
  const branch = (name: string, nodes: Parameters<typeof node>[]) =>
    create(AttributeProtoSchema, {
      name,
      type: AttributeProto_AttributeType.GRAPH,
      g: create(GraphProtoSchema, {
        name,
        node: nodes.map((each) => node(...each)),
        output: [valueInfo(`${name}-result`, FLOAT, ['batch', 2])],
      }),
    });
  const choose = node('If', ['condition'], ['y']);
  choose.attribute.push(
    branch('then_branch', [
      // `categories` is the branch's own value here, `numbers` the outer one.
      ['Neg', ['numbers'], ['categories']],
      ['Abs', ['categories'], ['then_branch-result']],
    ]),
    branch('else_branch', [['Neg', ['numbers'], ['else_branch-result']]]),
  );
  const model = modelOf(
    {
      node: [choose],
      initializer: [create(TensorProtoSchema, { name: 'condition', dataType: BOOL, int32Data: [1] })],
      input: [valueInfo('numbers', FLOAT, ['batch', 2])],
      output: [valueInfo('y', FLOAT, ['batch', 2])],
    },
    { '': 13 },
  );
  const front = plusOne('numbers');
  const categories = valueInfo('categories', INT32, ['N', 1]);
  const fused = fuse(model, { ...front, inputs: [...front.inputs, categories] }, {});
  const outputs = await runModel(fused, { numbers, categories: codesTensor([0, 0]) });
  expect(Array.from(outputs.y!.data as Float32Array)).toEqual([2, 3, 4, Number.NaN]);
});

test('initializers that an old version of the format lists as inputs are no inputs afterwards', async () => {
  const model = doubling();
  model.irVersion = 3n;
  model.graph!.input.push(valueInfo('two', FLOAT, [1]));
  const fused = fuse(model, plusOne('x'), {});
  expect(fused.irVersion).toBe(4n);
  expect(fused.graph?.input.map(({ name }) => name)).toEqual(['numbers']);
  const outputs = await runModel(fused, { numbers });
  expect(Array.from(outputs.y!.data as Float32Array)).toEqual([4, 6, 8, Number.NaN]);
});

test('metadata is sorted, ours in the place of the same name, the rest of the user kept with the producer', () => {
  const model = doubling();
  model.producerName = 'skl2onnx';
  model.producerVersion = '1.17';
  model.metadataProps.push(create(StringStringEntryProtoSchema, { key: 'zebra', value: 'own' }));
  model.metadataProps.push(create(StringStringEntryProtoSchema, { key: 'sluice.name', value: 'old' }));
  const { metadataProps, producerName } = fuse(model, plusOne('x'), { 'sluice.name': 'new' });
  expect(producerName).toBe('sluice');
  expect(metadataProps.map(({ key, value }) => [key, value])).toEqual([
    ['sluice.name', 'new'],
    ['sluice.producer', 'skl2onnx 1.17'],
    ['zebra', 'own'],
  ]);
});

test('unknown fields of the file live on', () => {
  const model = doubling();
  const unknown = [{ no: 900, wireType: 0, data: Uint8Array.of(5) }];
  model.$unknown = unknown;
  model.graph!.$unknown = unknown;
  const fused = fuse(model, plusOne('x'), {});
  expect(fused.$unknown).toEqual(unknown);
  expect(fused.graph?.$unknown).toEqual(unknown);
});

test('the import of ai.onnx is raised to the version of the front, or added', async () => {
  const lifted = fuse(doubling('x', 'y', 8), plusOne('x', 17), {});
  expect(lifted.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 17n]]);
  const scaler = modelOf(
    {
      node: [node('Scaler', ['x'], ['y'], { offset: [1, 1], scale: [2, 2] }, 'ai.onnx.ml')],
      input: [valueInfo('x', FLOAT, ['batch', 2])],
      output: [valueInfo('y', FLOAT, ['batch', 2])],
    },
    { 'ai.onnx.ml': 1 },
  );
  const fused = fuse(scaler, plusOne('x', 17), {});
  expect(fused.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([
    ['', 17n],
    ['ai.onnx.ml', 1n],
  ]);
  const outputs = await runModel(fused, { numbers });
  expect(Array.from(outputs.y!.data as Float32Array)).toEqual([2, 4, 6, Number.NaN]);
});

test('an input that is not fed stays one; without anything in front nothing else changes', async () => {
  const nothing: Front = { opset: 17, graph: new DoubleGraph(17), inputs: [], feeds: new Map(), outputs: [] };
  const model = doubling('x', 'y', 8);
  const fused = fuse(model, nothing, {});
  expect(fused.opsetImport[0]?.version).toBe(8n);
  expect(fused.graph).toEqual(model.graph);
  const outputs = await runModel(fused, { x: floats([1, 2], 2) });
  expect(Array.from(outputs.y!.data as Float32Array)).toEqual([2, 4]);
});

test('an input that the model also gives out, and one bank that feeds two inputs, both work', async () => {
  const model = modelOf(
    {
      node: [node('Add', ['a', 'b'], ['sum'])],
      input: [valueInfo('a', DOUBLE, ['batch', 2]), valueInfo('b', DOUBLE, ['batch', 2])],
      output: [valueInfo('sum', DOUBLE, ['batch', 2]), valueInfo('a', DOUBLE, ['batch', 2])],
    },
    { '': 13 },
  );
  const front: Front = {
    opset: 13,
    graph: new DoubleGraph(13),
    inputs: [valueInfo('numbers', DOUBLE, ['N', 2])],
    feeds: new Map([
      ['a', 'numbers'],
      ['b', 'numbers'],
    ]),
    outputs: [],
  };
  const outputs = await runModel(fuse(model, front, {}), { numbers: doubles([1, 2], 2) });
  expect(Array.from(outputs.sum!.data as Float64Array)).toEqual([2, 4]);
  expect(Array.from(outputs.a!.data as Float64Array)).toEqual([1, 2]);
});

test('texts reach a string input through their vocabulary', async () => {
  const model = modelOf(
    {
      node: [node('OneHotEncoder', ['sex'], ['y'], { cats_strings: ['female', 'male'], zeros: 1n }, 'ai.onnx.ml')],
      input: [valueInfo('sex', STRING, ['batch', 1])],
      output: [valueInfo('y', FLOAT, ['batch', 1, 2])],
    },
    { '': 9, 'ai.onnx.ml': 1 },
  );
  const graph = new DoubleGraph(9);
  const front: Front = {
    opset: 9,
    graph,
    inputs: [valueInfo('categories', INT32, ['N', 1])],
    feeds: new Map([['sex', graph.gatherTexts('categories', ['male', 'female'])]]),
    outputs: [],
  };
  const outputs = await runModel(fuse(model, front, {}), { categories: codesTensor([0, 1, -1]) });
  expect(Array.from(outputs.y!.data as Float32Array)).toEqual([0, 1, 1, 0, 0, 0]);
});
