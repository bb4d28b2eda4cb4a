import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { node, tensor, valueInfo } from '../../src/core/graph/nodes.ts';

const { FLOAT, INT64, BOOL, BFLOAT16 } = TensorProto_DataType;

export interface ModelParts {
  readonly nodes: readonly NodeProto[];
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly ValueInfoProto[];
  readonly constants?: readonly TensorProto[];
  readonly opset?: number;
  readonly domains?: Readonly<Record<string, number>>;
}

/** A whole model of a few parts. */
export const modelOf = ({ nodes, inputs, outputs, constants = [], opset = 17, domains = {} }: ModelParts): ModelProto =>
  create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: Object.entries({ '': opset, ...domains }).map(([domain, version]) =>
      create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) }),
    ),
    graph: create(GraphProtoSchema, {
      name: 'g',
      node: [...nodes],
      input: [...inputs],
      output: [...outputs],
      initializer: [...constants],
    }),
  });

const x = valueInfo('x', FLOAT, ['N', 4]);
const y = (width: number | string = 4) => valueInfo('y', FLOAT, ['N', width]);

/** An innocent model: y = 2 x. */
export const doubling = (opset = 17): ModelProto =>
  modelOf({
    opset,
    nodes: [node('Mul', ['x', 'two'], ['y'])],
    inputs: [x],
    outputs: [y()],
    constants: [tensor('two', [1], Float32Array.of(2))],
  });

const graphAttribute = (name: string, parts: ModelParts): AttributeProto =>
  create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.GRAPH, g: modelOf(parts).graph! });

/** A loop whose condition stays true and whose count is not bounded. @param width of the input, which may be open */
export function endlessLoop(width: number | string = 4): ModelProto {
  const body: ModelParts = {
    nodes: [node('Identity', ['again'], ['goOn']), node('Add', ['carried', 'one'], ['next'])],
    inputs: [valueInfo('turn', INT64, []), valueInfo('again', BOOL, []), valueInfo('carried', FLOAT, ['N', width])],
    outputs: [valueInfo('goOn', BOOL, []), valueInfo('next', FLOAT, ['N', width])],
  };
  const loop = node('Loop', ['', 'true', 'x'], ['y']);
  loop.attribute.push(graphAttribute('body', body));
  return modelOf({
    nodes: [loop],
    inputs: [valueInfo('x', FLOAT, ['N', width])],
    outputs: [y(width)],
    constants: [yes(), tensor('one', [1], Float32Array.of(1))],
  });
}

const yes = (): TensorProto =>
  create(TensorProtoSchema, { name: 'true', dims: [], dataType: BOOL, rawData: Uint8Array.of(1) });

/** Widens the input to a tensor of so many columns, then takes its mean, so that little comes out. */
function widened(columns: bigint): ModelProto {
  return modelOf({
    nodes: [
      node('ReduceMean', ['x'], ['mean'], { axes: [1n], keepdims: 1n }),
      node('Expand', ['mean', 'shape'], ['wide']),
      node('ReduceMean', ['wide'], ['y'], { axes: [1n], keepdims: 1n }),
    ],
    inputs: [x],
    outputs: [y(1)],
    constants: [tensor('shape', [2], BigInt64Array.of(1n, columns))],
  });
}

/** 20 GB a row. */
export const twentyGigabytes = (): ModelProto => widened(5n * 10n ** 9n);

/** The same, but how wide it becomes is computed from the input. */
export const hiddenGigabytes = (): ModelProto =>
  modelOf({
    nodes: [
      node('ReduceMean', ['x'], ['mean'], { axes: [1n], keepdims: 1n }),
      node('Shape', ['x'], ['size']),
      node('Mul', ['size', 'much'], ['wide size']),
      node('Expand', ['mean', 'wide size'], ['wide']),
      node('ReduceMean', ['wide'], ['y'], { axes: [1n], keepdims: 1n }),
    ],
    inputs: [x],
    outputs: [y(1)],
    constants: [tensor('much', [2], BigInt64Array.of(1n, 1_250_000_000n))],
  });

/** A constant of 4 TB, which ONNX Runtime makes when it loads the model. */
export const fourTerabytes = (): ModelProto =>
  modelOf({
    nodes: [
      node('ConstantOfShape', ['shape'], ['wide']),
      node('ReduceMean', ['wide'], ['mean'], { keepdims: 0n }),
      node('Add', ['x', 'mean'], ['y']),
    ],
    inputs: [x],
    outputs: [y()],
    constants: [tensor('shape', [1], BigInt64Array.of(10n ** 12n))],
  });

/** An operator that makes a vector of a billion numbers out of each row. */
export const billionWide = (): ModelProto =>
  modelOf({
    nodes: [node('FeatureVectorizer', ['x'], ['y'], { inputdimensions: [10n ** 9n] }, 'ai.onnx.ml')],
    inputs: [x],
    outputs: [y('wide')],
    domains: { 'ai.onnx.ml': 1 },
  });

export const unknownOperator = (): ModelProto =>
  modelOf({ nodes: [node('Frobnicate', ['x'], ['y'])], inputs: [x], outputs: [y()] });

export const unknownDomain = (): ModelProto =>
  modelOf({
    nodes: [node('Mul', ['x', 'x'], ['y'], {}, 'com.example.secret')],
    inputs: [x],
    outputs: [y()],
    domains: { 'com.example.secret': 1 },
  });

export const brainFloats = (): ModelProto =>
  modelOf({
    nodes: [node('Identity', ['x'], ['y'])],
    inputs: [valueInfo('x', BFLOAT16, ['N', 4])],
    outputs: [valueInfo('y', BFLOAT16, ['N', 4])],
  });

/** Sequences cannot be fed. */
export function sequenceInput(): ModelProto {
  const input = create(ValueInfoProtoSchema, {
    name: 'x',
    type: { value: { case: 'sequenceType', value: { elemType: valueInfo('', FLOAT, ['N', 4]).type! } } },
  });
  return modelOf({
    nodes: [node('ConcatFromSequence', ['x'], ['y'], { axis: 0n })],
    inputs: [input],
    outputs: [y()],
  });
}

/** A model that depends on nothing. */
export const noInput = (): ModelProto =>
  modelOf({
    nodes: [node('Identity', ['one'], ['y'])],
    inputs: [],
    outputs: [valueInfo('y', FLOAT, [1])],
    constants: [tensor('one', [1], Float32Array.of(1))],
  });

/** A model that asks for four gigabytes a row. */
export const wideInput = (): ModelProto =>
  modelOf({
    nodes: [node('ReduceMean', ['x'], ['y'], { axes: [1n], keepdims: 1n })],
    inputs: [valueInfo('x', FLOAT, ['N', 10 ** 9])],
    outputs: [y(1)],
  });

/** A classifier of two classes as scikit-learn exports it, with a label and a list of dictionaries. */
export function classifier(): ModelProto {
  const dictionaries = create(ValueInfoProtoSchema, {
    name: 'probabilities',
    type: {
      value: {
        case: 'sequenceType',
        value: {
          elemType: {
            value: {
              case: 'mapType',
              value: { keyType: TensorProto_DataType.STRING, valueType: valueInfo('', FLOAT, []).type! },
            },
          },
        },
      },
    },
  });
  const domain = 'ai.onnx.ml';
  return modelOf({
    nodes: [
      node('Scaler', ['x'], ['scaled'], { offset: [1, 2, 3, 4], scale: [1, 0.5, 0.25, 2] }, domain),
      node(
        'LinearClassifier',
        ['scaled'],
        ['label', 'scores'],
        {
          coefficients: [-1, 0.5, 0.25, -0.75, 1, -0.5, -0.25, 0.75],
          intercepts: [0.1, -0.1],
          classlabels_strings: ['ok', 'failure'],
          post_transform: 'SOFTMAX',
        },
        domain,
      ),
      node('ZipMap', ['scores'], ['probabilities'], { classlabels_strings: ['ok', 'failure'] }, domain),
    ],
    inputs: [x],
    outputs: [valueInfo('label', TensorProto_DataType.STRING, ['N']), dictionaries],
    domains: { [domain]: 3 },
  });
}

const outside = (name: string, location: string): TensorProto =>
  create(TensorProtoSchema, {
    name,
    dims: [4n],
    dataType: FLOAT,
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [create(StringStringEntryProtoSchema, { key: 'location', value: location })],
  });

/** Weights in another file: as an initializer, inside an attribute, or inside a subgraph. */
export const externalWeights: Readonly<Record<string, (location: string) => ModelProto>> = {
  initializer: (location) =>
    modelOf({
      nodes: [node('Mul', ['x', 'w'], ['y'])],
      inputs: [x],
      outputs: [y()],
      constants: [outside('w', location)],
    }),
  attribute: (location) => {
    const constant = node('Constant', [], ['w']);
    constant.attribute.push(
      create(AttributeProtoSchema, {
        name: 'value',
        type: AttributeProto_AttributeType.TENSOR,
        t: outside('w', location),
      }),
    );
    return modelOf({ nodes: [constant, node('Mul', ['x', 'w'], ['y'])], inputs: [x], outputs: [y()] });
  },
  subgraph: (location) => {
    const branch = (): ModelParts => ({
      nodes: [node('Mul', ['x', 'w'], ['z'])],
      inputs: [],
      outputs: [valueInfo('z', FLOAT, ['N', 4])],
      constants: [outside('w', location)],
    });
    const choice = node('If', ['true'], ['y']);
    choice.attribute.push(graphAttribute('then_branch', branch()), graphAttribute('else_branch', branch()));
    return modelOf({ nodes: [choice], inputs: [x], outputs: [y()], constants: [yes()] });
  },
};
