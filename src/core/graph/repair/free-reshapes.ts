import type { GraphProto, NodeProto, TensorProto } from 'onnx-buf';
import { attributeOf } from '../attributes.ts';
import { withChanges } from '../copy-message.ts';
import { tensor } from '../nodes.ts';
import { definedNames, freeName } from '../rename-values.ts';
import { integersIn } from '../tensor-values.ts';

export interface FreedReshapes {
  readonly nodes: NodeProto[];
  readonly initializers: TensorProto[];
  /** Number of reshapes that were changed. */
  readonly count: number;
}

/**
 * Lets reshapes of rows follow the number of rows where their constant shape says one.
 * @param rows the values that hang on the inputs; other reshapes are of weights and stay
 */
export function freeReshapes(graph: GraphProto, rows: ReadonlySet<string>): FreedReshapes {
  const taken = definedNames(graph);
  const shapes = constantShapes(graph);
  const added: TensorProto[] = [];
  const nodes = graph.node.map((node) => {
    const shape =
      node.opType === 'Reshape' && rows.has(node.input[0] ?? '') ? shapes.get(node.input[1] ?? '') : undefined;
    const freed = shape && freeShape(shape, node);
    if (freed === undefined) return node;
    // Another reshape, of weights perhaps, may share the constant.
    const name = freeName(`${node.input[1]}/free`, taken);
    taken.add(name);
    added.push(tensor(name, [freed.length], BigInt64Array.from(freed)));
    return withChanges(node, { input: [node.input[0]!, name] });
  });
  return { nodes, initializers: [...graph.initializer, ...added], count: added.length };
}

/** Shapes that are known without running, by the name of their value. */
function constantShapes(graph: GraphProto): Map<string, bigint[]> {
  const constants = graph.node.flatMap((node) => {
    const value = node.opType === 'Constant' ? attributeOf(node, 'value')?.t : undefined;
    const ints = node.opType === 'Constant' ? attributeOf(node, 'value_ints')?.ints : undefined;
    const shape = value === undefined ? ints : integersIn(value);
    return shape === undefined ? [] : [[node.output[0]!, shape] as const];
  });
  const initialized = graph.initializer.flatMap((each) => {
    const shape = each.dims.length === 1 ? integersIn(each) : undefined;
    return shape === undefined ? [] : [[each.name, shape] as const];
  });
  return new Map([...constants, ...initialized]);
}

/** One row becomes "what is left over", or "as many as came in" where something else is left over already. */
function freeShape([first, ...rest]: bigint[], node: NodeProto): bigint[] | undefined {
  if (first !== 1n) return undefined;
  if (!rest.includes(-1n)) return [-1n, ...rest];
  const zeroMeansZero = attributeOf(node, 'allowzero')?.i === 1n;
  return zeroMeansZero ? undefined : [0n, ...rest];
}
