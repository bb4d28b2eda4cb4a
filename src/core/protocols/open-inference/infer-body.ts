import { type Fault, pointerTo } from '../../fault.ts';
import { jsonBoundsFault } from '../../formats/json-bounds.ts';
import { jsonErrorPosition } from '../../formats/json-error.ts';
import { decodeUtf8 } from '../../formats/json-text.ts';
import { limits } from '../../limits.ts';
import { isObject, type JsonObject, malformed, memberOf } from '../body-json.ts';
import { readBinaryData } from './binary-data.ts';
import { type CutJson, cutData, positionInBody } from './cut-data.ts';
import { datatypes, isDatatype } from './datatypes.ts';
import { readJsonData } from './json-data.ts';
import { type RequestedOutput, readRequestedOutputs } from './requested-outputs.ts';
import { sizeOf, type WireTensor } from './wire-tensor.ts';

/** A call to infer. */
export interface InferRequest {
  readonly id: string | undefined;
  readonly inputs: readonly WireTensor[];
  /** undefined: all outputs. */
  readonly outputs: readonly RequestedOutput[] | undefined;
  /** Whether outputs go back in the binary form where they do not say otherwise. */
  readonly isBinary: boolean;
}

/** No tensor has more values. */
const valuesMax = 2 ** 31;

/**
 * Reads the body of a call to infer.
 * @param jsonBytes how many bytes of it are JSON, by the header Inference-Header-Content-Length; all when absent
 */
export function readInferBody(body: Uint8Array, jsonBytes: number | undefined): InferRequest | Fault {
  const bytes = jsonBytes === undefined ? body : body.subarray(0, jsonBytes);
  const cut = cutData(bytes);
  const root = parseCut(cut);
  if ('code' in root) return root as Fault;
  const inputs = memberOf(root.value, 'inputs');
  if (!Array.isArray(inputs)) return malformed('/inputs', 'a list of tensors', inputs);
  if (inputs.length > limits.tensorsMax) return malformed('/inputs', `at most ${limits.tensorsMax} tensors`, inputs);
  const reader = new InputReader(bytes, cut, jsonBytes === undefined ? undefined : body.subarray(jsonBytes));
  const tensors: WireTensor[] = [];
  for (const [i, input] of inputs.entries()) {
    const tensor = reader.read(input, pointerTo('inputs', i));
    if ('code' in tensor) return tensor;
    tensors.push(tensor);
  }
  return reader.rest() ?? withOutputs(root.value, tensors);
}

function withOutputs(root: JsonObject, inputs: readonly WireTensor[]): InferRequest | Fault {
  const parameters = memberOf(root, 'parameters');
  const isBinary = isObject(parameters) && memberOf(parameters, 'binary_data_output') === true;
  const outputs = readRequestedOutputs(memberOf(root, 'outputs'), isBinary);
  if (outputs !== undefined && 'code' in outputs) return outputs as Fault;
  const id = memberOf(root, 'id');
  if (id === undefined || id === '') return { id: undefined, inputs, outputs, isBinary };
  if (typeof id !== 'string' || id.length > limits.requestIdCharactersMax) {
    return malformed('/id', `a text of at most ${limits.requestIdCharactersMax} characters`, id);
  }
  return { id, inputs, outputs, isBinary };
}

/** Parses what is left of the JSON; a mistake is told at its place in the whole body. */
function parseCut(cut: CutJson): { readonly value: JsonObject } | Fault {
  const bounds = jsonBoundsFault(cut.text);
  if (bounds !== undefined) return bounds;
  const text = decodeUtf8(cut.text);
  if (text === undefined) return { code: 'text.not_utf8', path: '', expected: 'UTF-8', got: 'bytes that are not' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const position = positionInBody(cut, jsonErrorPosition(text));
    return { code: 'json.malformed', path: '', expected: 'JSON', got: `something else at byte ${position}` };
  }
  return isObject(value) ? { value } : malformed('', 'an object with "inputs"', value);
}

/** Reads inputs in their order, in which their binary data follow the JSON. */
class InputReader {
  readonly #bytes: Uint8Array;
  readonly #cut: CutJson;
  #binary: Uint8Array | undefined;

  constructor(bytes: Uint8Array, cut: CutJson, binary: Uint8Array | undefined) {
    this.#bytes = bytes;
    this.#cut = cut;
    this.#binary = binary;
  }

  read(input: unknown, at: string): WireTensor | Fault {
    if (!isObject(input)) return malformed(at, 'an object with name, shape, datatype and data', input);
    const [name, datatype, shape] = ['name', 'datatype', 'shape'].map((each) => memberOf(input, each));
    if (typeof name !== 'string' || name === '') return malformed(`${at}/name`, 'a name', name);
    if (!isDatatype(datatype)) {
      return malformed(`${at}/datatype`, `one of ${Object.keys(datatypes).join(', ')}`, datatype);
    }
    if (!isShape(shape)) {
      return malformed(`${at}/shape`, `a list of at most ${limits.tensorDimsMax} counts`, shape);
    }
    const parameters = memberOf(input, 'parameters');
    const binarySize = isObject(parameters) ? memberOf(parameters, 'binary_data_size') : undefined;
    const header = { name, datatype, shape, at };
    return binarySize === undefined ? this.#readJson(header, input) : this.#readBinary(header, input, binarySize);
  }

  /** What is wrong with what follows the last input. */
  rest(): Fault | undefined {
    if (this.#binary === undefined || this.#binary.length === 0) return undefined;
    const expected = 'as many bytes behind the JSON as the inputs say in binary_data_size';
    return { code: 'tensor.malformed', path: '/inputs', expected, got: `${this.#binary.length} more` };
  }

  #readJson(header: Omit<WireTensor, 'data'>, input: JsonObject): WireTensor | Fault {
    const path = `${header.at}/data`;
    const cut = memberOf(input, 'data');
    const span = typeof cut === 'number' ? this.#cut.data[cut] : undefined;
    if (span === undefined) return malformed(path, 'a list of values', cut);
    if (header.datatype === 'BF16') {
      return { code: 'tensor.wrong_type', path, expected: 'binary data, which BF16 alone has', got: 'JSON' };
    }
    const data = readJsonData(this.#bytes, span, header.datatype, header.shape, path);
    return 'code' in data ? data : { ...header, data };
  }

  #readBinary(header: Omit<WireTensor, 'data'>, input: JsonObject, size: unknown): WireTensor | Fault {
    const { at, datatype, shape } = header;
    const path = `${at}/parameters/binary_data_size`;
    if (!Number.isSafeInteger(size) || (size as number) < 0) return malformed(path, 'a count of bytes', size);
    if (Object.hasOwn(input, 'data')) return malformed(`${at}/data`, 'no data beside binary_data_size', 'data');
    const binary = this.#binary ?? new Uint8Array(0);
    if ((size as number) > binary.length) {
      return malformed(path, `at most the ${binary.length} bytes that follow the JSON`, size);
    }
    this.#binary = binary.subarray(size as number);
    const data = readBinaryData(binary.subarray(0, size as number), datatype, shape, at);
    return 'code' in data ? data : { ...header, data };
  }
}

function isShape(shape: unknown): shape is number[] {
  return (
    Array.isArray(shape) &&
    shape.length <= limits.tensorDimsMax &&
    shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0) &&
    sizeOf(shape) <= valuesMax
  );
}
