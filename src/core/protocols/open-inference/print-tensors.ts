import type { Fault } from '../../fault.ts';
import { closestTo } from '../../suggest.ts';
import type { Tensor, TensorData } from '../../tensor.ts';
import type { HttpAnswer } from '../http-message.ts';
import { jsonAnswer } from '../http-message.ts';
import { binaryData } from './binary-data.ts';
import { classify } from './classify.ts';
import { datatypeOf } from './datatypes.ts';
import { arePlain, floatText } from './float-text.ts';
import type { InferRequest } from './infer-body.ts';
import type { RequestedOutput } from './requested-outputs.ts';
import type { NamedTensor } from './score-tensors.ts';

/** What an answer says of itself. */
export interface AnswerHead {
  readonly name: string;
  readonly version: number;
  readonly id: string;
  readonly classes: readonly string[] | undefined;
}

/** The header that says how much of an answer with binary data is JSON. */
export const jsonLengthHeader = 'inference-header-content-length';

/**
 * Checks that outputs are the model's own.
 * @returns those that a call asks for, in its order; all where it names none
 */
export function requested(
  { outputs, isBinary }: InferRequest,
  names: readonly string[],
): readonly RequestedOutput[] | Fault[] {
  if (outputs === undefined) return names.map((name) => ({ name, isBinary, classes: 0, at: '' }));
  const unknown = outputs.filter(({ name }) => !names.includes(name));
  if (unknown.length === 0) return outputs;
  return unknown.map(({ name, at }) => ({
    code: 'tensor.unknown',
    path: `${at}/name`,
    expected: `an output of the model ("${closestTo(name, names) ?? names.join('", "')}")`,
    got: JSON.stringify(name),
  }));
}

/** The answer to a call to infer: JSON, and behind it the data of outputs that are asked for in the binary form. */
export function printTensors(
  head: AnswerHead,
  asked: readonly RequestedOutput[],
  outputs: readonly NamedTensor[],
): HttpAnswer {
  const blobs: Uint8Array[] = [];
  const printed = asked.map(({ name, isBinary, classes }) => {
    const found = outputs.find((output) => output.name === name) as NamedTensor;
    const tensor = classes === 0 ? found : classify(found, classes, head.classes);
    return isBinary ? printBinary(name, tensor, blobs) : printJson(name, tensor);
  });
  const start = `{"model_name":${JSON.stringify(head.name)},"model_version":"${head.version}","id":${JSON.stringify(head.id)}`;
  const json = `${start},"outputs":[${printed.join()}]}`;
  if (!asked.some(({ isBinary }) => isBinary)) return jsonAnswer(200, json);
  const bytes = Buffer.from(json);
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream', [jsonLengthHeader]: String(bytes.length) },
    body: Buffer.concat([bytes, ...blobs]),
  };
}

function printBinary(name: string, tensor: Tensor, blobs: Uint8Array[]): string {
  const bytes = binaryData(tensor.data);
  blobs.push(bytes);
  return `${startOf(name, tensor)},"parameters":{"binary_data_size":${bytes.length}}}`;
}

/** JSON has no NaN and no infinity: they are null, and how many there are is said beside. */
function printJson(name: string, tensor: Tensor): string {
  const notFinite = countNotFinite(tensor);
  const flag = notFinite === 0 ? '' : `,"parameters":{"not_finite":${notFinite}}`;
  return `${startOf(name, tensor)}${flag},"data":[${printData(tensor)}]}`;
}

const startOf = (name: string, { type, dims }: Tensor) =>
  `{"name":${JSON.stringify(name)},"datatype":"${datatypeOf(type)}","shape":[${dims.join()}]`;

function countNotFinite({ type, data }: Tensor): number {
  if (type !== 'float32' && type !== 'float64') return 0;
  let count = 0;
  for (const value of data as Float32Array) if (!Number.isFinite(value)) count++;
  return count;
}

function printData({ type, data }: Tensor): string {
  if (type === 'string') return (data as readonly string[]).map((text) => JSON.stringify(text)).join();
  if (type === 'bool') return Array.from(data as Uint8Array, (value) => value !== 0).join();
  const isFloat = type === 'float32' || type === 'float64';
  if (!isFloat || arePlain(data as Float32Array)) return (data as Exclude<TensorData, readonly string[]>).join();
  return Array.from(data as Float32Array, floatText).join();
}
