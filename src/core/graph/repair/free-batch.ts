import type { GraphProto, ModelProto, TypeProto, ValueInfoProto } from 'onnx-buf';
import { withChanges } from '../copy-message.ts';
import { namesUsed } from '../dead-nodes.ts';
import { shapeOf } from '../element-types.ts';
import { trueInputs } from '../inspect.ts';
import { dimension } from '../nodes.ts';
import { freeReshapes } from './free-reshapes.ts';
import type { Repaired } from './repaired.ts';

/** Name of the first dimension after it is freed. */
const batchName = 'N';

/**
 * Frees the first dimension of a model that takes one row at a time: its declared inputs and outputs, and the reshapes
 * on the way whose shape says one row. That the freed model answers for two rows as for each alone must be proven by
 * running it: other operators may have the one row built in.
 *
 * A model whose inputs may vary but whose outputs are declared [1, ...] gets true outputs.
 * @returns undefined when nothing is fixed at one row
 */
export function freeBatch(model: ModelProto): Repaired | undefined {
  const graph = model.graph!;
  const inputs = trueInputs(graph);
  const isFixed = ({ type }: ValueInfoProto) => shapeOf(type)[0] === 1;
  const isBatched = inputs.some(({ type }) => typeof shapeOf(type)[0] === 'string');
  const fixedInputs = isBatched ? [] : inputs.filter(isFixed);
  if (fixedInputs.length === 0 && !(isBatched && graph.output.some(isFixed))) return undefined;
  const rows = valuesOfRows(graph, isBatched ? inputs : fixedInputs);
  const { nodes, initializers, count } = isBatched ? untouched(graph) : freeReshapes(graph, rows);
  const fixedOutputs = graph.output.filter((each) => isFixed(each) && rows.has(each.name));
  if (fixedInputs.length + fixedOutputs.length === 0) return undefined;
  const freed = new Set([...fixedInputs, ...fixedOutputs]);
  const free = (values: ValueInfoProto[]) => values.map((each) => (freed.has(each) ? withFreeBatch(each) : each));
  return {
    model: withChanges(model, {
      graph: withChanges(graph, {
        node: nodes,
        initializer: initializers,
        input: free(graph.input),
        output: free(graph.output),
        // What was noted of values on the way may speak of one row.
        valueInfo: graph.valueInfo.filter(({ name }) => !rows.has(name)),
      }),
    }),
    changes: [sentence(fixedInputs, fixedOutputs, count)],
  };
}

const untouched = ({ node, initializer }: GraphProto) => ({ nodes: node, initializers: initializer, count: 0 });

/** Every value that hangs on the given inputs. */
function valuesOfRows(graph: GraphProto, inputs: readonly ValueInfoProto[]): Set<string> {
  const rows = new Set(inputs.map(({ name }) => name));
  for (const node of graph.node) {
    if ([...namesUsed(node)].some((name) => rows.has(name))) for (const name of node.output) rows.add(name);
  }
  return rows;
}

const withFreeBatch = (value: ValueInfoProto): ValueInfoProto =>
  withChanges(value, { type: typeWithFreeBatch(value.type!) });

function typeWithFreeBatch(type: TypeProto): TypeProto {
  if (type.value.case !== 'tensorType' || type.value.value.shape === undefined) return type;
  const { shape } = type.value.value;
  const freed = withChanges(shape, { dim: [dimension(batchName), ...shape.dim.slice(1)] });
  return withChanges(type, { value: { case: 'tensorType', value: withChanges(type.value.value, { shape: freed }) } });
}

function sentence(inputs: readonly ValueInfoProto[], outputs: readonly ValueInfoProto[], reshapes: number): string {
  const named = (values: readonly ValueInfoProto[]) => values.map(({ name }) => `"${name}"`).join(', ');
  if (inputs.length === 0)
    return `The outputs ${named(outputs)} were declared as one row: they have as many as the inputs.`;
  const also = reshapes === 0 ? '' : `, and ${reshapes} reshape${reshapes === 1 ? ' follows' : 's follow'}`;
  return `The model was declared for one row at a time: the first dimension of ${named(inputs)} is free now${also}.`;
}
