import type { TensorType } from '../../tensor.ts';

/** The element types of the protocol. */
export type Datatype =
  | 'BOOL'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FP16'
  | 'BF16'
  | 'FP32'
  | 'FP64'
  | 'BYTES';

export interface DatatypeFacts {
  /** The type that its values have here: half precision is widened, which loses nothing. */
  readonly type: TensorType;
  /** Bytes of an element in the binary form; 0 where each says its own length. */
  readonly bytes: number;
}

export const datatypes: Readonly<Record<Datatype, DatatypeFacts>> = {
  BOOL: { type: 'bool', bytes: 1 },
  UINT8: { type: 'uint8', bytes: 1 },
  UINT16: { type: 'uint16', bytes: 2 },
  UINT32: { type: 'uint32', bytes: 4 },
  UINT64: { type: 'uint64', bytes: 8 },
  INT8: { type: 'int8', bytes: 1 },
  INT16: { type: 'int16', bytes: 2 },
  INT32: { type: 'int32', bytes: 4 },
  INT64: { type: 'int64', bytes: 8 },
  FP16: { type: 'float32', bytes: 2 },
  BF16: { type: 'float32', bytes: 2 },
  FP32: { type: 'float32', bytes: 4 },
  FP64: { type: 'float64', bytes: 8 },
  BYTES: { type: 'string', bytes: 0 },
};

export const isDatatype = (text: unknown): text is Datatype =>
  typeof text === 'string' && Object.hasOwn(datatypes, text);

const names: Readonly<Record<TensorType, Datatype>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
};

/** The protocol's name of a type. */
export const datatypeOf = (type: TensorType): Datatype => names[type];

/** The arrays that hold the values of each type but text. */
export const arrayOf = {
  bool: Uint8Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;
