import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { type SeededRandom, seededRandom } from '../local/devices/seeded-random.ts';
import { loadOnnxScorer } from '../src/adapters/onnx-scorer.ts';
import { openPackageFolder } from '../src/adapters/open-package-folder.ts';
import { buildPackage } from '../src/scoring/packages/build-package.ts';

/** Number of features of the models made here: f0, f1, ... */
export const featureCount = 20;

const opset = { ai: 17n, ml: 3n };
const irVersion = 8n;

const { FLOAT } = TensorProto_DataType;
const { FLOATS, INTS, STRINGS, INT } = AttributeProto_AttributeType;

const floats = (name: string, values: number[]) => create(AttributeProtoSchema, { name, type: FLOATS, floats: values });
const ints = (name: string, values: number[]) =>
  create(AttributeProtoSchema, { name, type: INTS, ints: values.map(BigInt) });
const int = (name: string, value: number) => create(AttributeProtoSchema, { name, type: INT, i: BigInt(value) });
const strings = (name: string, values: string[]) => {
  const bytes = new Map([...new Set(values)].map((value) => [value, new Uint8Array(new TextEncoder().encode(value))]));
  return create(AttributeProtoSchema, { name, type: STRINGS, strings: values.map((value) => bytes.get(value)!) });
};

function tensor(name: string, dims: number[], random: SeededRandom) {
  const scale = 1 / Math.sqrt(dims[0] ?? 1);
  const size = dims.reduce((product, dim) => product * dim, 1);
  const floatData = Array.from({ length: size }, () => random.normal(0, scale));
  return create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: FLOAT, floatData });
}

function valueInfo(name: string, width: number) {
  const batch = create(TensorShapeProto_DimensionSchema, { value: { case: 'dimParam', value: 'N' } });
  const columns = create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: BigInt(width) } });
  const shape = create(TensorShapeProtoSchema, { dim: [batch, columns] });
  const value = create(TypeProto_TensorSchema, { elemType: FLOAT, shape });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value } }),
  });
}

const node = (opType: string, input: string[], output: string[], attribute: AttributeProto[] = [], domain = '') =>
  create(NodeProtoSchema, { opType, input, output, attribute, domain, name: output.join() });

type Graph = Pick<ReturnType<typeof create<typeof GraphProtoSchema>>, 'node' | 'initializer'>;

/** A network of two hidden layers of 64: what the field means by a small model. */
function smallNetwork(random: SeededRandom): Graph {
  const layers = [featureCount, 64, 64, 1];
  const nodes = layers.slice(1).flatMap((_, i) => {
    const input = i === 0 ? 'features' : `relu${i - 1}`;
    const isLast = i === layers.length - 2;
    const gemm = node('Gemm', [input, `w${i}`, `b${i}`], [isLast ? 'value' : `gemm${i}`]);
    return isLast ? [gemm] : [gemm, node('Relu', [`gemm${i}`], [`relu${i}`])];
  });
  const initializer = layers
    .slice(1)
    .flatMap((width, i) => [tensor(`w${i}`, [layers[i]!, width], random), tensor(`b${i}`, [width], random)]);
  return { node: nodes, initializer };
}

/** Full binary trees whose splits and leaves are random. */
function treeEnsemble(random: SeededRandom, trees: number, depth: number): Graph {
  const inner = 2 ** depth - 1;
  const all = 2 ** (depth + 1) - 1;
  const column = <T>(of: (node: number) => T): T[] => Array.from({ length: trees * all }, (_, i) => of(i % all));
  const isInner = (n: number) => n < inner;
  const leaves = Array.from({ length: trees }, (_, tree) =>
    Array.from({ length: all - inner }, (__, i) => [tree, inner + i] as const),
  ).flat();
  const attributes = [
    int('n_targets', 1),
    ints(
      'nodes_treeids',
      Array.from({ length: trees * all }, (_, i) => Math.floor(i / all)),
    ),
    ints(
      'nodes_nodeids',
      column((n) => n),
    ),
    ints(
      'nodes_featureids',
      column(() => Math.floor(random.uniform() * featureCount)),
    ),
    floats(
      'nodes_values',
      column((n) => (isInner(n) ? random.normal(0, 1) : 0)),
    ),
    strings(
      'nodes_modes',
      column((n) => (isInner(n) ? 'BRANCH_LEQ' : 'LEAF')),
    ),
    ints(
      'nodes_truenodeids',
      column((n) => (isInner(n) ? 2 * n + 1 : 0)),
    ),
    ints(
      'nodes_falsenodeids',
      column((n) => (isInner(n) ? 2 * n + 2 : 0)),
    ),
    ints(
      'target_treeids',
      leaves.map(([tree]) => tree),
    ),
    ints(
      'target_nodeids',
      leaves.map(([, n]) => n),
    ),
    ints(
      'target_ids',
      leaves.map(() => 0),
    ),
    floats(
      'target_weights',
      leaves.map(() => random.normal(0, 0.01)),
    ),
  ];
  return { node: [node('TreeEnsembleRegressor', ['features'], ['value'], attributes, 'ai.onnx.ml')], initializer: [] };
}

async function writePackage(folder: string, name: string, graph: Graph): Promise<void> {
  const model = create(ModelProtoSchema, {
    irVersion,
    producerName: 'sluice-bench',
    opsetImport: [
      create(OperatorSetIdProtoSchema, { domain: '', version: opset.ai }),
      create(OperatorSetIdProtoSchema, { domain: 'ai.onnx.ml', version: opset.ml }),
    ],
    graph: create(GraphProtoSchema, {
      ...graph,
      name,
      input: [valueInfo('features', featureCount)],
      output: [valueInfo('value', 1)],
    }),
  });
  const names = Array.from({ length: featureCount }, (_, i) => `f${i}`);
  const manifest = {
    name,
    version: 1,
    task: 'regression',
    features: names.map((each) => ({ name: each, type: 'number' })),
    key: { name: 'deviceId' },
    model: { inputs: { features: names } },
    outputs: { value: { kind: 'value', tensor: 'value' } },
  };
  const target = join(folder, name, '1');
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'model.onnx'), toBinary(ModelProtoSchema, model));
  writeFileSync(join(target, 'manifest.json'), JSON.stringify(manifest, null, 2));
  await buildPackage(openPackageFolder(folder, name, 1), loadOnnxScorer, 'sluice bench');
}

/** Writes the models of the benches into a folder: `mlp` (20-64-64-1) and `gbt500x8` (500 trees of depth 8). */
export async function makeBenchModels(folder: string): Promise<void> {
  await writePackage(folder, 'mlp', smallNetwork(seededRandom(1)));
  await writePackage(folder, 'gbt500x8', treeEnsemble(seededRandom(2), 500, 8));
}
