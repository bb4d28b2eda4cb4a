import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
} from 'onnx-buf';
import { type SeededRandom, seededRandom } from '../local/devices/seeded-random.ts';
import { loadOnnxScorer } from '../src/adapters/onnx-scorer.ts';
import { openPackageFolder } from '../src/adapters/open-package-folder.ts';
import { node, tensor, valueInfo } from '../src/core/graph/nodes.ts';
import { writeOnnx } from '../src/core/graph/onnx-file.ts';
import { buildPackage } from '../src/scoring/packages/build-package.ts';

/** Number of features of the models made here: f0, f1, ... */
export const featureCount = 20;
/** How the numbers of the samples are spread. */
export const reading = { mean: 20, deviation: 5 };

const opset = { ai: 17n, ml: 3n };
const irVersion = 8n;

type Graph = Pick<GraphProto, 'node' | 'initializer'>;

function weights(name: string, dims: readonly number[], random: SeededRandom) {
  const scale = 1 / Math.sqrt(dims[0] ?? 1);
  const size = dims.reduce((product, dim) => product * dim, 1);
  return tensor(
    name,
    dims,
    Float32Array.from({ length: size }, () => random.normal(0, scale)),
  );
}

/** A network of dense layers. @param layers the width of each, from the input to the output */
function network(random: SeededRandom, layers: readonly number[]): Graph {
  const nodes = layers.slice(1).flatMap((_, i) => {
    const input = i === 0 ? 'features' : `relu${i - 1}`;
    const isLast = i === layers.length - 2;
    const gemm = node('Gemm', [input, `w${i}`, `b${i}`], [isLast ? 'value' : `gemm${i}`]);
    return isLast ? [gemm] : [gemm, node('Relu', [`gemm${i}`], [`relu${i}`])];
  });
  const initializer = layers
    .slice(1)
    .flatMap((width, i) => [weights(`w${i}`, [layers[i]!, width], random), weights(`b${i}`, [width], random)]);
  return { node: nodes, initializer };
}

/** Full binary trees whose splits and leaves are random. */
function treeEnsemble(random: SeededRandom, trees: number, depth: number): Graph {
  const inner = 2 ** depth - 1;
  const all = 2 ** (depth + 1) - 1;
  const column = <T>(of: (node: number) => T): T[] => Array.from({ length: trees * all }, (_, i) => of(i % all));
  const whole = (values: readonly number[]) => values.map(BigInt);
  const isInner = (n: number) => n < inner;
  const leaves = Array.from({ length: trees }, (_, tree) =>
    Array.from({ length: all - inner }, (__, i) => [tree, inner + i] as const),
  ).flat();
  const attributes = {
    n_targets: 1n,
    nodes_treeids: whole(Array.from({ length: trees * all }, (_, i) => Math.floor(i / all))),
    nodes_nodeids: whole(column((n) => n)),
    nodes_featureids: whole(column(() => Math.floor(random.uniform() * featureCount))),
    // Splits where the readings lie: of a tree whose splits all go one way, a processor guesses every step.
    nodes_values: column((n) => (isInner(n) ? random.normal(reading.mean, reading.deviation) : 0)),
    nodes_modes: column((n) => (isInner(n) ? 'BRANCH_LEQ' : 'LEAF')),
    nodes_truenodeids: whole(column((n) => (isInner(n) ? 2 * n + 1 : 0))),
    nodes_falsenodeids: whole(column((n) => (isInner(n) ? 2 * n + 2 : 0))),
    target_treeids: whole(leaves.map(([tree]) => tree)),
    target_nodeids: whole(leaves.map(([, n]) => n)),
    target_ids: whole(leaves.map(() => 0)),
    target_weights: leaves.map(() => random.normal(0, 0.01)),
  };
  return { node: [node('TreeEnsembleRegressor', ['features'], ['value'], attributes, 'ai.onnx.ml')], initializer: [] };
}

const modelOf = (name: string, graph: Graph, width: number): ModelProto =>
  create(ModelProtoSchema, {
    irVersion,
    producerName: 'sluice-bench',
    opsetImport: [
      create(OperatorSetIdProtoSchema, { domain: '', version: opset.ai }),
      create(OperatorSetIdProtoSchema, { domain: 'ai.onnx.ml', version: opset.ml }),
    ],
    graph: create(GraphProtoSchema, {
      ...graph,
      name,
      input: [valueInfo('features', TensorProto_DataType.FLOAT, ['N', width])],
      output: [valueInfo('value', TensorProto_DataType.FLOAT, ['N', 1])],
    }),
  });

/** A network as the bytes of an ONNX file. @param layers the width of each, from the input `features` to the output `value` */
export const networkBytes = (layers: readonly number[]): Uint8Array =>
  writeOnnx(modelOf('network', network(seededRandom(1), layers), layers[0] ?? 1));

const names = Array.from({ length: featureCount }, (_, i) => `f${i}`);

/** Writes an open package of numbers, or of what a manifest says. */
export function writePackage(folder: string, name: string, model: Uint8Array, changes: object = {}): void {
  const manifest = {
    name,
    version: 1,
    task: 'regression',
    features: names.map((each) => ({ name: each, type: 'number' })),
    key: { name: 'deviceId' },
    model: { inputs: { features: names } },
    outputs: { value: { kind: 'value', tensor: 'value' } },
    ...changes,
  };
  const target = join(folder, name, '1');
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'model.onnx'), model);
  writeFileSync(join(target, 'manifest.json'), JSON.stringify(manifest, null, 2));
}

/** Builds and seals a package that was written. */
export const build = (folder: string, name: string) =>
  buildPackage(openPackageFolder(folder, name, 1), loadOnnxScorer, 'sluice bench');

/** Writes the models of the benches into a folder: `mlp` (20-64-64-1) and `gbt500x8` (500 trees of depth 8). */
export async function makeBenchModels(folder: string): Promise<void> {
  const trees = modelOf('trees', treeEnsemble(seededRandom(2), 500, 8), featureCount);
  writePackage(folder, 'mlp', networkBytes([featureCount, 64, 64, 1]));
  writePackage(folder, 'gbt500x8', writeOnnx(trees));
  await build(folder, 'mlp');
  await build(folder, 'gbt500x8');
}
