import { type ModelProto, TensorProto_DataType, type ValueInfoProto } from 'onnx-buf';
import { withChanges } from '../copy-message.ts';
import { elementTypeOf } from '../element-types.ts';
import { trueInputs } from '../inspect.ts';
import { unnamedNode } from '../nodes.ts';
import { definedNames, freeName, renameValues } from '../rename-values.ts';
import type { Repaired } from './repaired.ts';

const { FLOAT, FLOAT16 } = TensorProto_DataType;

/**
 * Makes float32 of a model's float16 inputs and outputs by casts inside, since float16 tensors cannot be passed.
 * Rows are rounded to float16 as they would have been outside.
 */
export function castFloat16(model: ModelProto): Repaired {
  const graph = model.graph!;
  const isHalf = ({ type }: ValueInfoProto) => elementTypeOf(type) === FLOAT16;
  const inputs = trueInputs(graph).filter(isHalf);
  const outputs = graph.output.filter(isHalf);
  if (inputs.length + outputs.length === 0) return { model, changes: [] };
  const taken = definedNames(graph);
  const inside = new Map([...inputs, ...outputs].map(({ name }) => [name, freeName(`${name}/float16`, taken)]));
  const isInput = new Set(inputs.map(({ name }) => name));
  // An input that is given out as it came is the same value outside, too.
  const casts = outputs.filter(({ name }) => !isInput.has(name));
  const renamed = renameValues(graph, inside);
  const outer = (values: readonly ValueInfoProto[]) =>
    values.map((value) => (isHalf(value) ? asFloat32(value) : value));
  return {
    model: withChanges(model, {
      graph: withChanges(renamed, {
        input: graph.input.map((value) => (isInput.has(value.name) ? asFloat32(value) : value)),
        output: outer(graph.output),
        node: [
          ...inputs.map(({ name }) => unnamedNode('Cast', [name], [inside.get(name)!], { to: BigInt(FLOAT16) })),
          ...renamed.node,
          ...casts.map(({ name }) => unnamedNode('Cast', [inside.get(name)!], [name], { to: BigInt(FLOAT) })),
        ],
      }),
    }),
    changes: [
      ...inputs.map(({ name }) => `The input "${name}" is float16: it takes float32 now, which is cast inside.`),
      ...outputs.map(({ name }) => `The output "${name}" is float16: it comes out as float32.`),
    ],
  };
}

const asFloat32 = (value: ValueInfoProto): ValueInfoProto =>
  value.type?.value.case === 'tensorType'
    ? withChanges(value, {
        type: withChanges(value.type, {
          value: { case: 'tensorType', value: withChanges(value.type.value.value, { elemType: FLOAT }) },
        }),
      })
    : value;
