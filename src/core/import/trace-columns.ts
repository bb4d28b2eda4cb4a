import type { GraphProto, NodeProto, TensorProto } from 'onnx-buf';
import { attributeOf } from '../graph/attributes.ts';
import { integersIn } from '../graph/tensor-values.ts';
import { limits } from '../limits.ts';

/** A column of one of the model's inputs. */
export interface Origin {
  readonly input: string;
  readonly column: number;
}

/** Which columns of the inputs a value in the graph is made of, column by column, as long as they stay apart. */
export type Origins = ReadonlyMap<string, readonly Origin[]>;

/** Called for each operator with the columns that its first input holds. */
export type Visit = (node: NodeProto, origins: readonly Origin[]) => void;

/**
 * Follows the columns of the inputs through the graph until something mixes them.
 * @param widths number of columns of each input whose columns are followed
 */
export function traceColumns(graph: GraphProto, widths: ReadonlyMap<string, number>, visit: Visit): void {
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  for (const node of graph.node) {
    const value = node.opType === 'Constant' ? attributeOf(node, 'value')?.t : undefined;
    if (value !== undefined) constants.set(node.output[0] as string, value);
  }
  const origins = new Map<string, readonly Origin[]>();
  for (const [input, width] of widths) {
    if (width > limits.featuresMax) continue;
    origins.set(
      input,
      Array.from({ length: width }, (_, column) => ({ input, column })),
    );
  }
  for (const node of graph.node) {
    const first = origins.get(node.input[0] ?? '');
    if (first !== undefined) visit(node, first);
    const kept = first === undefined ? undefined : keptColumns(node, first, origins, constants);
    if (kept !== undefined) origins.set(node.output[0] as string, kept);
  }
}

/** Operators that leave every column where it is. */
const columnwise = new Set(['Identity', 'Cast', 'Imputer', 'Scaler', 'Flatten']);

function keptColumns(
  node: NodeProto,
  first: readonly Origin[],
  origins: Origins,
  constants: ReadonlyMap<string, TensorProto>,
): readonly Origin[] | undefined {
  if (columnwise.has(node.opType)) return first;
  const second = constants.get(node.input[1] ?? '');
  switch (node.opType) {
    case 'Concat': {
      const parts = node.input.map((name) => origins.get(name));
      const all = parts.every((part) => part !== undefined) ? parts.flat() : undefined;
      return all !== undefined && all.length <= limits.featuresMax ? all : undefined;
    }
    case 'ArrayFeatureExtractor':
    case 'Gather':
      return second && integersIn(second)?.flatMap((index) => first[Number(index)] ?? []);
    case 'Reshape':
      return second && integersIn(second)?.at(-1) === BigInt(first.length) ? first : undefined;
    default:
      return undefined;
  }
}
