import { describeValue, type Fault } from '../../fault.ts';
import { closestTo } from '../../suggest.ts';
import type { Feeds, Tensor, TensorInfo } from '../../tensor.ts';
import { datatypeOf, datatypes } from './datatypes.ts';
import type { WireTensor } from './wire-tensor.ts';

/** Holds the tensors of a call against the inputs of a model of tensors: names, types and shapes. */
export function feedsOfCall(infos: readonly TensorInfo[], tensors: readonly WireTensor[]): Feeds | Fault[] {
  const faults: Fault[] = [];
  const feeds: Record<string, Tensor> = {};
  const dims = new Map<string, { readonly dim: number; readonly at: string }>();
  for (const tensor of tensors) {
    const info = infos.find(({ name }) => name === tensor.name);
    const fault =
      info === undefined
        ? unknown(infos, tensor)
        : (wrongType(info, tensor) ?? wrongShape(info, tensor, dims) ?? wrongData(tensor) ?? twice(feeds, tensor));
    if (fault !== undefined) faults.push(fault);
    else
      feeds[tensor.name] = {
        type: datatypes[tensor.datatype].type,
        dims: tensor.shape,
        data: tensor.data as Tensor['data'],
      };
  }
  const named = new Set(tensors.map(({ name }) => name));
  for (const info of infos) if (!named.has(info.name)) faults.push(missing(info));
  return faults.length === 0 ? feeds : faults;
}

const shapeOf = (shape: TensorInfo['shape']) => `[${shape.map((dim) => (typeof dim === 'number' ? dim : -1)).join()}]`;

const describeInput = ({ name, type, shape }: TensorInfo) => `"${name}", ${datatypeOf(type)}${shapeOf(shape)}`;

function unknown(infos: readonly TensorInfo[], { name, at }: WireTensor): Fault {
  const names = infos.map((info) => info.name);
  const expected = `an input of the model ("${closestTo(name, names) ?? names.join('", "')}")`;
  return { code: 'tensor.unknown', path: `${at}/name`, expected, got: describeValue(name) };
}

const missing = (info: TensorInfo): Fault => ({
  code: 'tensor.missing',
  path: '/inputs',
  expected: `the input ${describeInput(info)}`,
  got: 'nothing',
});

function wrongType({ type }: TensorInfo, { datatype, at }: WireTensor): Fault | undefined {
  if (datatypes[datatype].type === type) return undefined;
  return { code: 'tensor.wrong_type', path: `${at}/datatype`, expected: datatypeOf(type), got: datatype };
}

/** A dimension with a name has the same size wherever it stands. */
function wrongShape(
  { name, shape }: TensorInfo,
  tensor: WireTensor,
  dims: Map<string, { readonly dim: number; readonly at: string }>,
): Fault | undefined {
  const path = `${tensor.at}/shape`;
  const got = `[${tensor.shape.join()}]`;
  const fits =
    tensor.shape.length === shape.length &&
    shape.every((dim, i) => typeof dim !== 'number' || dim < 0 || dim === tensor.shape[i]);
  if (!fits) return { code: 'tensor.wrong_shape', path, expected: `${shapeOf(shape)} for "${name}"`, got };
  for (const [i, symbol] of shape.entries()) {
    if (typeof symbol !== 'string' || symbol === '') continue;
    const dim = tensor.shape[i] as number;
    const known = dims.get(symbol);
    if (known !== undefined && known.dim !== dim) {
      const expected = `${known.dim} as dimension ${i}, as ${known.at} has it`;
      return { code: 'tensor.wrong_shape', path, expected, got };
    }
    dims.set(symbol, { dim, at: path });
  }
  return undefined;
}

function wrongData({ datatype, data, at }: WireTensor): Fault | undefined {
  const index = datatype === 'BYTES' ? (data as readonly (string | null)[]).indexOf(null) : -1;
  if (index < 0) return undefined;
  return { code: 'tensor.malformed', path: `${at}/data/${index}`, expected: 'a text', got: 'null' };
}

function twice(feeds: Readonly<Record<string, Tensor>>, { name, at }: WireTensor): Fault | undefined {
  if (!Object.hasOwn(feeds, name)) return undefined;
  return { code: 'request.malformed', path: `${at}/name`, expected: 'each input once', got: describeValue(name) };
}
