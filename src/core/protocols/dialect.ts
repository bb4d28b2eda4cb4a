import type { Feeds, Outputs, TensorInfo } from '../tensor.ts';
import type { HttpAnswer, HttpCall } from './http-message.ts';
import type { Refusal } from './refusal.ts';
import type { RowModel, RowsCall } from './rows/rows-call.ts';

/** What is read of a call besides its path. */
export interface ReadableCall extends Pick<HttpCall, 'method' | 'query' | 'header'> {
  /** Decompressed. */
  readonly body: Uint8Array;
}

/** What a dialect must know of a model that takes tensors. */
export interface TensorModel {
  readonly name: string;
  readonly version: number;
  readonly classes: readonly string[] | undefined;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

/** A call with tensors, and how it is answered. */
export interface TensorsCall {
  readonly kind: 'tensors';
  /** They fit the inputs of the model. */
  readonly feeds: Feeds;
  answer(outputs: Outputs, requestId: string): HttpAnswer | Refusal;
}

/** A way of speaking HTTP: how calls are written, and how answers. It decides nothing about scoring. */
export interface Dialect {
  /** Reads a call for a model of rows. */
  readRows(model: RowModel, call: ReadableCall): RowsCall | Refusal;
  /** Reads a call for a model of tensors; absent where the dialect has no tensors. */
  readTensors?(model: TensorModel, call: ReadableCall): TensorsCall | Refusal;
  /** The answer to a call that is refused: what, where, expected, got. */
  refuse(refusal: Refusal, requestId: string): HttpAnswer;
}
