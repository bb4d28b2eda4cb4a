/** Element types that a tensor of ours may have; names as in ONNX Runtime. */
export const tensorTypes = [
  'float32',
  'float64',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'bool',
  'string',
] as const;
export type TensorType = (typeof tensorTypes)[number];

const names: ReadonlySet<string> = new Set(tensorTypes);

/** Whether tensors of a type, by its name, can be passed to the runtime and back. */
export const isTensorType = (name: string): name is TensorType => names.has(name);

/** What holds the values of each type but texts. */
export const tensorArrays = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const satisfies Record<Exclude<TensorType, 'string'>, unknown>;

export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | readonly string[];

/** Values in row-major order; `dims[0]` is the batch. */
export interface Tensor {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** What a model says of one of its inputs or outputs; a text or -1 among the dims is a dimension that may vary. */
export interface TensorInfo {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly (number | string)[];
}

/** Tensors by the name of the model's input. */
export type Feeds = Readonly<Record<string, Tensor>>;
/** Tensors by the name of the model's output. */
export type Outputs = Readonly<Record<string, Tensor>>;
