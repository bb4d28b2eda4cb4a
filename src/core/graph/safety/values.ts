import type { ModelProto } from 'onnx-buf';
import type { Fault } from '../../fault.ts';
import { isTensorType } from '../../tensor.ts';
import { elementTypeOf, nameOfElementType, nameOfType } from '../element-types.ts';
import { trueInputs } from '../inspect.ts';
import { unsupported } from './unsupported.ts';

/** Whether tensors of a type can be passed to the runtime and back; float16 after a cast inside. */
export function isPassable(elementType: number): boolean {
  const name = nameOfElementType(elementType);
  return isTensorType(name) || name === 'float16';
}

/** Inputs that are no tensors, and inputs and outputs of types that cannot be passed. */
export function unsafeValues(model: ModelProto): Fault[] {
  const graph = model.graph!;
  const required = new Set(trueInputs(graph));
  const inputs = graph.input.flatMap(({ name, type }, i) => {
    const element = elementTypeOf(type);
    if (!required.has(graph.input[i]!) || (element !== undefined && isPassable(element))) return [];
    const expected = 'an input that is a tensor of numbers, booleans or texts';
    return [unsupported(`/graph/input/${i}`, expected, `"${name}", a ${describe(nameOfType(type), element)}`)];
  });
  const outputs = graph.output.flatMap(({ name, type }, i) => {
    const element = elementTypeOf(type);
    // Sequences and maps are cut later.
    if (element === undefined ? type?.value.case !== undefined : isPassable(element)) return [];
    const expected = 'an output of numbers, booleans or texts';
    return [unsupported(`/graph/output/${i}`, expected, `"${name}", a ${describe(nameOfType(type), element)}`)];
  });
  if (graph.output.length > 0) return [...inputs, ...outputs];
  return [...inputs, unsupported('/graph/output', 'an output', 'none')];
}

const describe = (name: string, element: number | undefined) => (element === undefined ? name : `tensor of ${name}`);
