import { fromBinary } from '@bufbuild/protobuf';
import { type TensorProto, TensorProto_DataType, TensorProtoSchema } from 'onnx-buf';
import type { Fault } from '../fault.ts';
import type { Tensor, TensorData, TensorType } from '../tensor.ts';

type NumericData = Exclude<TensorData, readonly string[]>;

/** Element types that example tensors may have, and the array that holds each. */
const types: Partial<Record<TensorProto_DataType, [TensorType, new (buffer: ArrayBuffer) => NumericData]>> = {
  [TensorProto_DataType.FLOAT]: ['float32', Float32Array],
  [TensorProto_DataType.DOUBLE]: ['float64', Float64Array],
  [TensorProto_DataType.INT8]: ['int8', Int8Array],
  [TensorProto_DataType.UINT8]: ['uint8', Uint8Array],
  [TensorProto_DataType.INT32]: ['int32', Int32Array],
  [TensorProto_DataType.INT64]: ['int64', BigInt64Array],
  [TensorProto_DataType.BOOL]: ['bool', Uint8Array],
};

/** A tensor that says which input or output it is of; the name may be empty. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/**
 * Reads a tensor as ONNX's own test data has it (`input_0.pb`, `output_0.pb`).
 * @returns the tensor, or why it is none
 */
export function readTensorProto(bytes: Uint8Array): NamedTensor | Fault {
  let proto: TensorProto;
  try {
    proto = fromBinary(TensorProtoSchema, bytes);
  } catch {
    return notATensor('bytes that are none');
  }
  const dims = proto.dims.map(Number);
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (proto.dataType === TensorProto_DataType.STRING) {
    const data = proto.stringData.map((text) => new TextDecoder().decode(text));
    return data.length === size
      ? { name: proto.name, tensor: { type: 'string', dims, data } }
      : notATensor('too few texts');
  }
  const known = types[proto.dataType as TensorProto_DataType];
  if (known === undefined) return notATensor(TensorProto_DataType[proto.dataType] ?? String(proto.dataType));
  const [type, Data] = known;
  const data = dataOf(proto, Data);
  return data.length === size
    ? { name: proto.name, tensor: { type, dims, data } }
    : notATensor(`${data.length} values`);
}

/** The values lie as raw bytes, or in the field of their type. */
function dataOf(proto: TensorProto, Data: new (buffer: ArrayBuffer) => NumericData): NumericData {
  if (proto.rawData.length > 0) return new Data(Uint8Array.from(proto.rawData).buffer);
  const { floatData, doubleData, int64Data, int32Data } = proto;
  if (floatData.length > 0) return Float32Array.from(floatData);
  if (doubleData.length > 0) return Float64Array.from(doubleData);
  if (int64Data.length > 0) return BigInt64Array.from(int64Data);
  const OfNumbers = Data as unknown as { from(values: readonly number[]): NumericData };
  return OfNumbers.from(int32Data);
}

const notATensor = (got: string): Fault => ({
  code: 'model.malformed',
  path: '',
  expected: 'a tensor of numbers or texts with all of its values, as ONNX test data has it',
  got,
});
