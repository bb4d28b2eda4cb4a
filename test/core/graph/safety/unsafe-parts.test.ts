import { readFileSync } from 'node:fs';
import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  type NodeProto,
  OperatorSetIdProtoSchema,
  SparseTensorProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  TrainingInfoProtoSchema,
  TypeProtoSchema,
} from 'onnx-buf';
import { describe, expect, test } from 'vitest';
import { node, tensor, valueInfo } from '../../../../src/core/graph/nodes.ts';
import { readOnnx } from '../../../../src/core/graph/onnx-file.ts';
import { unsafeParts } from '../../../../src/core/graph/safety/unsafe-parts.ts';
import { hasSharedData, sharedData } from '../../../shared-data.ts';
import { listOfMaps, zipMapModel } from '../classifiers.ts';
import { modelOf } from '../run-model.ts';

const { FLOAT, BFLOAT16, FLOAT16, FLOAT8E4M3FN, INT64, COMPLEX64, INT4 } = TensorProto_DataType;
const { TENSOR, GRAPH, SPARSE_TENSOR } = AttributeProto_AttributeType;

type Parts = Partial<Pick<GraphProto, 'initializer' | 'sparseInitializer' | 'input' | 'output'>>;

/** A model of some operators that is right but for what a test puts in. */
const modelWith = (
  nodes: NodeProto[] = [],
  parts: Parts = {},
  opsets: Record<string, number> = { '': 17 },
): ModelProto =>
  modelOf(
    {
      node: [node('Neg', ['x'], ['y']), ...nodes],
      input: [valueInfo('x', FLOAT, ['N', 2])],
      output: [valueInfo('y', FLOAT, ['N', 2])],
      ...parts,
    },
    opsets,
  );

const external = (name: string, location = 'weights.bin'): TensorProto =>
  create(TensorProtoSchema, {
    name,
    dims: [1n],
    dataType: FLOAT,
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [create(StringStringEntryProtoSchema, { key: 'location', value: location })],
  });

const constant = (value: TensorProto): NodeProto => {
  const made = node('Constant', [], ['constant']);
  made.attribute.push(create(AttributeProtoSchema, { name: 'value', type: TENSOR, t: value }));
  return made;
};
const sparse = (values: TensorProto, ...dims: bigint[]) =>
  create(SparseTensorProtoSchema, { values, indices: tensor('', [1], BigInt64Array.of(0n)), dims });

const branching = (inner: GraphProto): NodeProto => {
  const made = node('If', ['condition'], ['branch']);
  made.attribute.push(create(AttributeProtoSchema, { name: 'then_branch', type: GRAPH, g: inner }));
  return made;
};

function expectRefused(model: ModelProto, path: string, got: string | RegExp) {
  const faults = unsafeParts(model);
  expect(faults).toEqual([
    { code: 'model.unsupported', path, expected: expect.any(String), got: expect.stringMatching(got) },
  ]);
  expect(faults[0]!.expected).not.toBe('');
}

test('plain models, and models that repairs will help, have no unsafe parts', () => {
  expect(unsafeParts(modelWith())).toEqual([]);
  expect(unsafeParts(zipMapModel())).toEqual([]);
  const half = { input: [valueInfo('x', FLOAT16, ['N', 2])], output: [valueInfo('y', FLOAT16, ['N', 2])] };
  expect(unsafeParts(modelWith([], half))).toEqual([]);
});

test
  .skipIf(!hasSharedData)
  .each([
    'ai4i-randomforest',
    'iris-mlp',
    'iris-randomforest-zipmap',
    'mnist-cntk',
    'mobilenet-v3-int8',
    'occupancy-logreg',
    'titanic-pipeline',
  ])('%s, a model as people have it, is let in', (name) => {
  const model = readOnnx(readFileSync(sharedData('models', name, 'model.onnx'))) as ModelProto;
  expect(unsafeParts(model)).toEqual([]);
});

describe('data in other files is found wherever it hides', () => {
  test('in an initializer', () => {
    expectRefused(modelWith([], { initializer: [external('w', '../secret')] }), '/graph/initializer/0', '"../secret"');
  });
  test('with the entries alone, where the location says inside', () => {
    const tensor = external('w');
    tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
    tensor.floatData = [1];
    expectRefused(modelWith([], { initializer: [tensor] }), '/graph/initializer/0', 'weights.bin');
  });
  test('in a sparse initializer', () => {
    const model = modelWith([], { sparseInitializer: [sparse(external('w'), 4n)] });
    expectRefused(model, '/graph/sparse_initializer/0/values', 'weights.bin');
  });
  test('in an attribute', () => {
    expectRefused(modelWith([constant(external(''))]), '/graph/node/1/attribute/0', 'weights.bin');
  });
  test('in a sparse attribute', () => {
    const made = node('Constant', [], ['constant']);
    const value = sparse(external(''), 4n);
    made.attribute.push(
      create(AttributeProtoSchema, { name: 'sparse_value', type: SPARSE_TENSOR, sparseTensor: value }),
    );
    expectRefused(modelWith([made]), '/graph/node/1/attribute/0/values', 'weights.bin');
  });
  test('in a subgraph of a subgraph', () => {
    const innermost = create(GraphProtoSchema, { initializer: [external('w')] });
    const inner = create(GraphProtoSchema, { node: [branching(innermost)] });
    const path = '/graph/node/1/attribute/0/g/node/0/attribute/0/g/initializer/0';
    expectRefused(modelWith([branching(inner)]), path, 'weights.bin');
  });
  test('in a function', () => {
    const model = modelWith();
    model.functions.push(create(FunctionProtoSchema, { name: 'F', domain: 'own', node: [constant(external(''))] }));
    expectRefused(model, '/functions/0/node/0/attribute/0', 'weights.bin');
  });
});

describe('types that cannot be passed are refused', () => {
  test.each([
    ['bfloat16', BFLOAT16],
    ['float8e4m3fn', FLOAT8E4M3FN],
    ['complex64', COMPLEX64],
  ])('%s', (name, type) => {
    expectRefused(
      modelWith([], { input: [valueInfo('x', type, ['N', 2])] }),
      '/graph/input/0',
      `"x", a tensor of ${name}`,
    );
    expectRefused(
      modelWith([], { output: [valueInfo('y', type, ['N', 2])] }),
      '/graph/output/0',
      `"y", a tensor of ${name}`,
    );
    const weights = create(TensorProtoSchema, { name: 'w', dims: [1n], dataType: type, rawData: new Uint8Array(2) });
    expectRefused(modelWith([], { initializer: [weights] }), '/graph/initializer/0', name);
  });
  test('inputs that are no tensors', () => {
    expectRefused(modelWith([], { input: [listOfMaps('x', INT64)] }), '/graph/input/0', '"x", a sequence');
    const nothing = valueInfo('x', FLOAT);
    nothing.type = create(TypeProtoSchema, {});
    expectRefused(modelWith([], { input: [nothing] }), '/graph/input/0', '"x", a value without a type');
  });
  test('no outputs', () => {
    expectRefused(modelWith([], { output: [] }), '/graph/output', 'none');
  });
});

describe('versions that the runtime does not take are refused', () => {
  test.each<[Record<string, number>, string, NodeProto[]]>([
    [{ '': 27 }, 'version 27', []],
    [{ '': 6 }, 'version 6', []],
    [{ '': 17, 'ai.onnx.ml': 6 }, 'version 6', []],
    [{ 'ai.onnx.ml': 1 }, 'no version', []],
    [{ '': 17 }, 'no version', [node('Gelu', ['x'], ['z'], {}, 'com.microsoft')]],
  ])('%o', (opsets, got, nodes) => {
    expectRefused(modelWith(nodes, {}, opsets), '/opset_import', got);
  });
  test('of the format', () => {
    const model = modelWith();
    model.irVersion = 14n;
    expectRefused(model, '/ir_version', 'version 14');
  });
  test('unused imports of strange domains do no harm', () => {
    expect(unsafeParts(modelWith([], {}, { '': 17, 'ai.onnx.preview.training': 1 }))).toEqual([]);
  });
  test('graphs for training', () => {
    const model = modelWith();
    model.trainingInfo.push(create(TrainingInfoProtoSchema, {}));
    expectRefused(model, '/training_info', 'training');
  });
});

describe('operators that the runtime does not have are refused', () => {
  test('by name, with the one that was meant', () => {
    const model = modelWith([node('Sofmax', ['x'], ['z'])]);
    expectRefused(model, '/graph/node/1', '"Sofmax"');
    expect(unsafeParts(model)[0]?.expected).toContain('("Softmax")');
  });
  test('by domain, also where it is called as a part of every object', () => {
    for (const domain of ['my.company', '__proto__', 'constructor']) {
      expectRefused(modelWith([node('Neg', ['x'], ['z'], {}, domain)]), '/graph/node/1', `${domain}.Neg`);
    }
    expectRefused(modelWith([node('constructor', ['x'], ['z'])]), '/graph/node/1', 'constructor');
  });
  test('compiled code for other machines', () => {
    const model = modelWith([node('EPContext', ['x'], ['z'], {}, 'com.microsoft')], {}, { '': 17, 'com.microsoft': 1 });
    expectRefused(model, '/graph/node/1', 'EPContext');
  });
  test('in subgraphs', () => {
    const inner = create(GraphProtoSchema, { node: [node('Nothing', [], ['z'])] });
    expectRefused(modelWith([branching(inner)]), '/graph/node/1/attribute/0/g/node/0', 'Nothing');
  });
  test('a long list of them is cut short, in no time', () => {
    const model = modelWith(Array.from({ length: 50_000 }, (_, i) => node(`Unknown${i}`, ['x'], [`z${i}`])));
    const start = performance.now();
    expect(unsafeParts(model)).toHaveLength(50);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('functions of a model', () => {
  const withFunctions = (
    nodes: NodeProto[],
    ...functions: Parameters<typeof create<typeof FunctionProtoSchema>>[1][]
  ) => {
    const model = modelWith(nodes, {}, { '': 17, own: 1 });
    model.functions.push(
      ...functions.map((each) =>
        create(FunctionProtoSchema, {
          domain: 'own',
          opsetImport: [create(OperatorSetIdProtoSchema, { version: 17n })],
          ...each,
        }),
      ),
    );
    return model;
  };
  const calls = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => node(name, ['x'], [`z${i}`], {}, 'own'));

  test('may be called', () => {
    expect(unsafeParts(withFunctions(calls('F', 2), { name: 'F', node: [node('Abs', ['a'], ['b'])] }))).toEqual([]);
  });
  test('may not hide operators of the runtime', () => {
    const model = withFunctions([], { name: 'Neg', domain: '', node: [] });
    expectRefused(model, '/functions/0', 'Neg');
  });
  test('may not call themselves, directly or in a circle, or be put in place without end', () => {
    expectRefused(withFunctions(calls('F', 1), { name: 'F', node: calls('F', 1) }), '/functions', 'call themselves');
    const circle = withFunctions(calls('F', 1), { name: 'F', node: calls('G', 1) }, { name: 'G', node: calls('F', 1) });
    expectRefused(circle, '/functions', 'call themselves');
    const levels = Array.from({ length: 10 }, (_, i) => ({
      name: `F${i}`,
      node: i === 9 ? [node('Abs', ['a'], ['b'])] : calls(`F${i + 1}`, 10),
    }));
    expectRefused(withFunctions(calls('F0', 10), ...levels), '/functions', '10000000001 operators');
  });
});

describe('absurd sizes are refused', () => {
  test('tensors that hold more or less than they say', () => {
    const short = create(TensorProtoSchema, { name: 'w', dims: [1_000_000_000_000n], dataType: FLOAT, floatData: [1] });
    expectRefused(modelWith([], { initializer: [short] }), '/graph/initializer/0', 'more or fewer');
    const negative = create(TensorProtoSchema, { name: 'w', dims: [-1n, -1n], dataType: FLOAT, floatData: [1] });
    expectRefused(modelWith([], { initializer: [negative] }), '/graph/initializer/0', 'more or fewer');
    const empty = create(TensorProtoSchema, { name: 'w', dims: [0n, 5n], dataType: FLOAT });
    expect(unsafeParts(modelWith([], { initializer: [empty] }))).toEqual([]);
    const small = create(TensorProtoSchema, { name: 'w', dims: [3n], dataType: INT4, rawData: new Uint8Array(2) });
    expect(unsafeParts(modelWith([], { initializer: [small] }))).toEqual([]);
  });
  test('sparse tensors that become giants', () => {
    const giant = sparse(tensor('w', [1], Float32Array.of(1)), 1_000_000n, 1_000_000n);
    expectRefused(modelWith([], { sparseInitializer: [giant] }), '/graph/sparse_initializer/0', '1000000,1000000');
  });
  const shape = tensor('shape', [2], BigInt64Array.of(1_000_000n, 1_000_000n));
  test.each<[string, string[], Parameters<typeof node>[3]?, string?]>([
    ['ConstantOfShape', ['shape']],
    ['Expand', ['x', 'shape']],
    ['Tile', ['x', 'shape']],
    ['RandomNormal', [], { shape: [1_000_000n, 1_000_000n] }],
    ['FeatureVectorizer', ['x'], { inputdimensions: [1_000_000_000_000n] }, 'ai.onnx.ml'],
    ['Resize', ['x', '', '', 'shape']],
    ['OneHot', ['x', 'shape', 'x']],
  ])('%s of a constant size', (opType, inputs, attributes = {}, domain = '') => {
    const model = modelWith(
      [node(opType, inputs, ['z'], attributes, domain)],
      { initializer: [shape] },
      {
        '': 17,
        'ai.onnx.ml': 1,
      },
    );
    expectRefused(model, '/graph/node/1', `${opType} of 1000000000000 elements`);
  });
  test('sizes in a Constant, and ranges', () => {
    expectRefused(
      modelWith([constant(shape), node('ConstantOfShape', ['constant'], ['z'])]),
      '/graph/node/2',
      'ConstantOfShape',
    );
    const ends = ['from', 'to', 'by'].map((name, i) => tensor(name, [], BigInt64Array.of([0n, 10n ** 12n, 1n][i]!)));
    expectRefused(
      modelWith([node('Range', ['from', 'to', 'by'], ['z'])], { initializer: ends }),
      '/graph/node/1',
      'Range',
    );
  });
});
