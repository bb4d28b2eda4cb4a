import { TensorProto_DataType, type TypeProto } from 'onnx-buf';

const type = TensorProto_DataType;

/** Names of element types as ONNX Runtime has them, and the bits that an element takes; a string's are not known. */
const elementTypes: Readonly<Partial<Record<number, { readonly name: string; readonly bits: number }>>> = {
  [type.FLOAT]: { name: 'float32', bits: 32 },
  [type.UINT8]: { name: 'uint8', bits: 8 },
  [type.INT8]: { name: 'int8', bits: 8 },
  [type.UINT16]: { name: 'uint16', bits: 16 },
  [type.INT16]: { name: 'int16', bits: 16 },
  [type.INT32]: { name: 'int32', bits: 32 },
  [type.INT64]: { name: 'int64', bits: 64 },
  [type.STRING]: { name: 'string', bits: 0 },
  [type.BOOL]: { name: 'bool', bits: 8 },
  [type.FLOAT16]: { name: 'float16', bits: 16 },
  [type.DOUBLE]: { name: 'float64', bits: 64 },
  [type.UINT32]: { name: 'uint32', bits: 32 },
  [type.UINT64]: { name: 'uint64', bits: 64 },
  [type.BFLOAT16]: { name: 'bfloat16', bits: 16 },
  [type.COMPLEX64]: { name: 'complex64', bits: 64 },
  [type.COMPLEX128]: { name: 'complex128', bits: 128 },
  [type.UINT4]: { name: 'uint4', bits: 4 },
  [type.INT4]: { name: 'int4', bits: 4 },
};

/** Name of an element type; those that nobody here deals in go by their name in ONNX. */
export const nameOfElementType = (type: number): string =>
  elementTypes[type]?.name ?? TensorProto_DataType[type]?.toLowerCase() ?? `type ${type}`;

/** Bits of an element in a tensor's raw data; 0 for a string, undefined for types that nobody here deals in. */
export const bitsOfElementType = (type: number): number | undefined => elementTypes[type]?.bits;

/** Element type of a tensor; undefined when the value is none. */
export const elementTypeOf = (type: TypeProto | undefined): number | undefined =>
  type?.value.case === 'tensorType' ? type.value.value.elemType : undefined;

/** What a value is: the name of its element type when it is a tensor, else `sequence`, `map`, `optional` ... */
export function nameOfType(type: TypeProto | undefined): string {
  const element = elementTypeOf(type);
  if (element !== undefined) return nameOfElementType(element);
  return type?.value.case?.replace(/Type$/, '').replace('sparseTensor', 'sparse tensor') ?? 'value without a type';
}

/** Sizes and names of a tensor's dimensions, '' where nothing is said of one; empty when the shape is not declared. */
export function shapeOf(type: TypeProto | undefined): (number | string)[] {
  if (type?.value.case !== 'tensorType') return [];
  return (type.value.value.shape?.dim ?? []).map(({ value }) => {
    if (value.case !== 'dimValue') return value.value ?? '';
    // Some converters write -1 for "any".
    return value.value < 0n ? '' : Number(value.value);
  });
}
