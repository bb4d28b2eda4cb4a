import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';

/** The parts that graphs are made of, as short to write as in ONNX's own helpers. */

const { FLOATS, INTS, STRINGS, FLOAT, INT, STRING } = AttributeProto_AttributeType;
const utf8 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text));

/** Value of an attribute; a `bigint` is an integer, a `number` a float. */
export type AttributeValue = number | bigint | string | readonly number[] | readonly bigint[] | readonly string[];

export function attribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === 'bigint') return create(AttributeProtoSchema, { name, type: INT, i: value });
  if (typeof value === 'number') return create(AttributeProtoSchema, { name, type: FLOAT, f: value });
  if (typeof value === 'string') return create(AttributeProtoSchema, { name, type: STRING, s: utf8(value) });
  const [first] = value;
  if (typeof first === 'bigint') return create(AttributeProtoSchema, { name, type: INTS, ints: value as bigint[] });
  if (typeof first === 'number') return create(AttributeProtoSchema, { name, type: FLOATS, floats: value as number[] });
  return create(AttributeProtoSchema, { name, type: STRINGS, strings: (value as string[]).map(utf8) });
}

/** One operator. @param domain '' is ai.onnx */
export const node = (
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  domain = '',
): NodeProto =>
  create(NodeProtoSchema, {
    opType,
    input: [...input],
    output: [...output],
    name: output.join(),
    domain,
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  });

/** An operator without a name: in a user's model no other can have the same, which the runtime refuses. */
export const unnamedNode = (...parts: Parameters<typeof node>): NodeProto =>
  Object.assign(node(...parts), { name: '' });

const bytesOf = (data: Float64Array | Float32Array | Int32Array | BigInt64Array) =>
  new Uint8Array(data.slice().buffer as ArrayBuffer);

/** A constant tensor; the type follows the array. */
export function tensor(
  name: string,
  dims: readonly number[],
  data: Float64Array | Float32Array | Int32Array | BigInt64Array | readonly string[],
): TensorProto {
  const common = { name, dims: dims.map(BigInt) };
  if (data instanceof Float64Array)
    return create(TensorProtoSchema, { ...common, dataType: TensorProto_DataType.DOUBLE, rawData: bytesOf(data) });
  if (data instanceof Float32Array)
    return create(TensorProtoSchema, { ...common, dataType: TensorProto_DataType.FLOAT, rawData: bytesOf(data) });
  if (data instanceof Int32Array)
    return create(TensorProtoSchema, { ...common, dataType: TensorProto_DataType.INT32, rawData: bytesOf(data) });
  if (data instanceof BigInt64Array)
    return create(TensorProtoSchema, { ...common, dataType: TensorProto_DataType.INT64, rawData: bytesOf(data) });
  return create(TensorProtoSchema, { ...common, dataType: TensorProto_DataType.STRING, stringData: data.map(utf8) });
}

/** An input or output of a graph. A text among the dims is a dimension that varies; without dims no shape is declared. */
export const valueInfo = (
  name: string,
  elemType: TensorProto_DataType,
  dims?: readonly (number | string)[],
): ValueInfoProto =>
  create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: {
        case: 'tensorType',
        value: create(TypeProto_TensorSchema, dims === undefined ? { elemType } : { elemType, shape: shape(dims) }),
      },
    }),
  });

const shape = (dims: readonly (number | string)[]) => create(TensorShapeProtoSchema, { dim: dims.map(dimension) });

/** Size of a dimension, or its name where it varies. */
export const dimension = (size: number | string) =>
  create(TensorShapeProto_DimensionSchema, {
    value: typeof size === 'string' ? { case: 'dimParam', value: size } : { case: 'dimValue', value: BigInt(size) },
  });
