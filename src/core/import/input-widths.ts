import type { GraphProto, NodeProto } from 'onnx-buf';
import { attributeOf, integersOf } from '../graph/attributes.ts';
import { limits } from '../limits.ts';
import type { TensorInfo } from '../tensor.ts';

/**
 * Number of columns of each input that takes rows: as declared, else as the first operator behind it has it.
 * @param told number of columns that names are known for, when neither tells it of the only input
 * @returns undefined when an input takes no rows of columns: the model is one of tensors
 */
export function inputWidths(
  graph: GraphProto,
  inputs: readonly TensorInfo[],
  told: number | undefined,
): ReadonlyMap<string, number> | undefined {
  const widths = new Map<string, number>();
  let total = 0;
  for (const { name, type, shape } of inputs) {
    const declared = shape.length === 1 ? 1 : shape[1];
    const width =
      typeof declared === 'number' && declared > 0
        ? declared
        : (widthBehind(graph, name) ?? (inputs.length === 1 ? told : undefined));
    const takesRows = (shape.length === 1 || shape.length === 2) && rowTypes.has(type) && !tokenInputs.has(name);
    total += width ?? 0;
    if (!takesRows || width === undefined || total > limits.featuresMax) return undefined;
    widths.set(name, width);
  }
  return widths.size > 0 ? widths : undefined;
}

/** Element types that features can feed. */
const rowTypes: ReadonlySet<string> = new Set(['float32', 'float64', 'int32', 'int64', 'bool', 'string']);

/** Names of two-dimensional inputs that Transformers export: a sequence of tokens is no row of features. */
const tokenInputs: ReadonlySet<string> = new Set(['input_ids', 'attention_mask', 'token_type_ids', 'position_ids']);

/** What a model of tensors is likely for: an image has a channel, height and width. */
export function taskOfTensors(inputs: readonly TensorInfo[]): 'text' | 'vision' | 'regression' {
  if (inputs.some(({ name }) => tokenInputs.has(name))) return 'text';
  return inputs.some(({ shape }) => shape.length === 4) ? 'vision' : 'regression';
}

/** Operators that have as many columns behind as before. */
const columnwise = new Set(['Identity', 'Cast', 'Normalizer', 'Clip', 'IsNaN']);

function widthBehind(graph: GraphProto, input: string): number | undefined {
  const values = new Set([input]);
  for (const node of graph.node) {
    if (!values.has(node.input[0] ?? '')) continue;
    if (columnwise.has(node.opType)) values.add(node.output[0] as string);
    const width = readers[node.opType]?.(node, graph);
    if (width !== undefined && Number.isInteger(width) && width > 0) return width;
  }
  return undefined;
}

const lengthOf = (node: NodeProto, name: string): number => attributeOf(node, name)?.floats.length ?? 0;

/** One number may stand for every column. */
const several = (count: number): number | undefined => (count > 1 ? count : undefined);

const treeWidth = (node: NodeProto): number =>
  integersOf(node, 'nodes_featureids').reduce((most, id) => Math.max(most, Number(id) + 1), 0);

/** A side of the constant matrix that the rows are multiplied with. */
function matrixSide(node: NodeProto, { initializer }: GraphProto, side: 0 | 1): number | undefined {
  const dims = initializer.find(({ name }) => name === node.input[1])?.dims;
  return dims?.length === 2 ? Number(dims[side]) : undefined;
}

const readers: Readonly<Record<string, (node: NodeProto, graph: GraphProto) => number | undefined>> = {
  Scaler: (node) => several(Math.max(lengthOf(node, 'offset'), lengthOf(node, 'scale'))),
  Imputer: (node) => several(lengthOf(node, 'imputed_value_floats')),
  LinearClassifier: (node) => lengthOf(node, 'coefficients') / Math.max(1, lengthOf(node, 'intercepts')),
  LinearRegressor: (node) => lengthOf(node, 'coefficients') / Number(attributeOf(node, 'targets')?.i ?? 1n),
  TreeEnsembleClassifier: treeWidth,
  TreeEnsembleRegressor: treeWidth,
  MatMul: (node, graph) => matrixSide(node, graph, 0),
  Gemm: (node, graph) => matrixSide(node, graph, attributeOf(node, 'transB')?.i === 1n ? 1 : 0),
};
