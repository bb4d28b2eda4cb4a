import type { GraphProto, ValueInfoProto } from 'onnx-buf';
import { isTensorType, type TensorInfo } from '../tensor.ts';
import { elementTypeOf, nameOfType, shapeOf } from './element-types.ts';
import { trueInputs } from './inspect.ts';

/** What a graph says of a tensor; undefined for what is no tensor, or one of a type that cannot be passed. */
export function tensorInfoOf({ name, type }: ValueInfoProto): TensorInfo | undefined {
  const typeName = nameOfType(type);
  if (elementTypeOf(type) === undefined || !isTensorType(typeName)) return undefined;
  return { name, type: typeName, shape: shapeOf(type) };
}

/** The inputs that must be fed: not those that an initializer fills, as old versions of the format list them. */
export const inputInfos = (graph: GraphProto): TensorInfo[] =>
  trueInputs(graph).flatMap((input) => tensorInfoOf(input) ?? []);
