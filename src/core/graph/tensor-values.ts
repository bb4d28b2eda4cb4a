import { type TensorProto, TensorProto_DataType } from 'onnx-buf';
import { bitsOfElementType } from './element-types.ts';

const decoder = new TextDecoder();
const { INT64, INT32, STRING, COMPLEX64, COMPLEX128 } = TensorProto_DataType;

/** The integers of a small tensor; undefined for other types. */
export function integersIn(tensor: TensorProto): bigint[] | undefined {
  const { dataType, rawData } = tensor;
  if (dataType !== INT64 && dataType !== INT32) return undefined;
  if (rawData.length === 0) return dataType === INT64 ? [...tensor.int64Data] : tensor.int32Data.map(BigInt);
  const bytes = dataType === INT64 ? 8 : 4;
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.length);
  return Array.from({ length: Math.floor(rawData.length / bytes) }, (_, i) =>
    dataType === INT64 ? view.getBigInt64(i * 8, true) : BigInt(view.getInt32(i * 4, true)),
  );
}

/** The integers or texts of a small tensor as texts; undefined for other types. */
export function labelsIn(tensor: TensorProto): string[] | undefined {
  if (tensor.dataType === STRING) return tensor.stringData.map((bytes) => decoder.decode(bytes));
  return integersIn(tensor)?.map(String);
}

/** Number of elements that a shape declares; negative sizes make it negative or NaN, never right by chance. */
export const elementsDeclared = (dims: readonly bigint[]): number =>
  dims.reduce((product, dim) => (dim < 0n ? Number.NaN : product * Number(dim)), 1);

/** Number of values in the fields that hold lists rather than raw bytes. */
const listLength = (tensor: TensorProto): number =>
  tensor.floatData.length +
  tensor.int32Data.length +
  tensor.int64Data.length +
  tensor.doubleData.length +
  tensor.uint64Data.length +
  tensor.stringData.length;

/** Bytes that a tensor's values take; of texts the letters. */
export function bytesIn(tensor: TensorProto): number {
  if (tensor.rawData.length > 0) return tensor.rawData.length;
  const letters = tensor.stringData.reduce((sum, { length }) => sum + length, 0);
  return letters + (listLength(tensor) * (bitsOfElementType(tensor.dataType) ?? 8)) / 8;
}

/** Whether a tensor holds as many values as its shape says. */
export function isWholeTensor(tensor: TensorProto): boolean {
  const elements = elementsDeclared(tensor.dims);
  const bits = bitsOfElementType(tensor.dataType) ?? 8;
  if (tensor.rawData.length > 0) return tensor.rawData.length === Math.ceil((elements * bits) / 8);
  // Lists hold the two parts of a complex number apart, and may hold several small elements in a value.
  if (isComplex(tensor.dataType)) return listLength(tensor) === 2 * elements;
  if (bits < 8 && bits > 0) return listLength(tensor) <= elements && listLength(tensor) * 8 >= elements;
  return listLength(tensor) === elements;
}

const isComplex = (type: number) => type === COMPLEX64 || type === COMPLEX128;
