import type { Fault } from '../../fault.ts';
import { malformed } from '../body-json.ts';
import type { TensorModel } from '../dialect.ts';
import { readBinaryData } from './binary-data.ts';
import { datatypeOf, datatypes } from './datatypes.ts';
import type { InferRequest } from './infer-body.ts';
import { sizeOf } from './wire-tensor.ts';

/**
 * Reads a body that is one tensor and nothing else, as the header 0 announces it: for a model with one input, of whose
 * dimensions at most one varies beside the batch. Everything goes back in the binary form.
 */
export function readRawBody({ inputs, name }: TensorModel, body: Uint8Array): InferRequest | Fault {
  const [info] = inputs;
  if (info === undefined || inputs.length > 1) {
    return malformed('', `JSON with ${inputs.length} inputs, as the model "${name}" has`, 'a tensor alone');
  }
  const datatype = datatypeOf(info.type);
  const shape = shapeOf(info.shape, datatype === 'BYTES' ? 1 : body.length / datatypes[datatype].bytes);
  if (shape === undefined) {
    return malformed(
      '',
      `JSON that says the shape of "${info.name}", which varies in several places`,
      'a tensor alone',
    );
  }
  const data = readBinaryData(body, datatype, shape, '');
  if ('code' in data) return data;
  return {
    id: undefined,
    inputs: [{ name: info.name, datatype, shape, data, at: '' }],
    outputs: undefined,
    isBinary: true,
  };
}

/** The shape of so many values: the batch is 1, and what varies besides holds the rest. */
function shapeOf(shape: readonly (number | string)[], values: number): number[] | undefined {
  const varying = shape.flatMap((dim, i) => (typeof dim === 'number' && dim >= 0 ? [] : [i]));
  const filled = shape.map((dim) => (typeof dim === 'number' && dim >= 0 ? dim : 1));
  const open = varying.length > 1 && varying[0] === 0 ? varying.slice(1) : varying;
  const [only, ...others] = open;
  if (others.length > 0) return undefined;
  if (only === undefined) return filled;
  filled[only] = Math.floor(values / Math.max(1, sizeOf(filled)));
  return filled;
}
