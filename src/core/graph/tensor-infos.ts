import { type GraphProto, TensorProto_DataType, type ValueInfoProto } from 'onnx-buf';
import type { TensorInfo, TensorType } from '../tensor.ts';

const types: Partial<Record<TensorProto_DataType, TensorType>> = {
  [TensorProto_DataType.FLOAT]: 'float32',
  [TensorProto_DataType.DOUBLE]: 'float64',
  [TensorProto_DataType.INT8]: 'int8',
  [TensorProto_DataType.UINT8]: 'uint8',
  [TensorProto_DataType.INT16]: 'int16',
  [TensorProto_DataType.UINT16]: 'uint16',
  [TensorProto_DataType.INT32]: 'int32',
  [TensorProto_DataType.UINT32]: 'uint32',
  [TensorProto_DataType.INT64]: 'int64',
  [TensorProto_DataType.UINT64]: 'uint64',
  [TensorProto_DataType.BOOL]: 'bool',
  [TensorProto_DataType.STRING]: 'string',
};

/** What a graph says of a tensor; undefined for what is no tensor, or one of a type that cannot be passed. */
export function tensorInfoOf({ name, type }: ValueInfoProto): TensorInfo | undefined {
  if (type?.value.case !== 'tensorType') return undefined;
  const { elemType, shape } = type.value.value;
  const known = types[elemType as TensorProto_DataType];
  if (known === undefined) return undefined;
  const dims = (shape?.dim ?? []).map(({ value }) =>
    value.case === 'dimValue' ? Number(value.value) : (value.value ?? -1),
  );
  return { name, type: known, shape: dims };
}

/** The inputs that must be fed: not those that an initializer fills, as old versions of the format list them. */
export function inputInfos(graph: GraphProto): TensorInfo[] {
  const initialized = new Set(graph.initializer.map(({ name }) => name));
  return graph.input.filter(({ name }) => !initialized.has(name)).flatMap((input) => tensorInfoOf(input) ?? []);
}
