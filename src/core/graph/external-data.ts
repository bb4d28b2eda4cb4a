import { clone } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema, type TensorProto, TensorProto_DataLocation } from 'onnx-buf';
import { describeValue, type Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import { bitsOfElementType } from './element-types.ts';
import { elementsDeclared } from './tensor-values.ts';
import { walkModel } from './walk.ts';

/** Whether a tensor's values lie in another file. */
export const isExternal = ({ dataLocation, externalData }: TensorProto): boolean =>
  dataLocation === TensorProto_DataLocation.EXTERNAL || externalData.length > 0;

const entryOf = (tensor: TensorProto, key: string): string | undefined =>
  tensor.externalData.find((entry) => entry.key === key)?.value;

/** The file that a tensor's values lie in, as the model names it: whatever its writer wanted to write there. */
export const locationOf = (tensor: TensorProto): string => entryOf(tensor, 'location') ?? '';

/** The files that a model's weights lie in, sorted, as the model names them. Whether they may be read is not judged. */
export function externalFiles(model: ModelProto): string[] {
  const locations = new Set<string>();
  walkModel(model, {
    tensor(tensor) {
      if (isExternal(tensor)) locations.add(locationOf(tensor));
    },
  });
  return [...locations].sort();
}

/** Reads a part of a file that a model names; undefined when there is no such part. */
export type ReadExternal = (location: string, offset: number, length: number) => Uint8Array | undefined;

/**
 * Takes the weights that lie in other files into the model.
 * @returns the model, or which weights are not where they should be
 */
export function inlineExternal(model: ModelProto, read: ReadExternal): ModelProto | Fault {
  const inlined = clone(ModelProtoSchema, model);
  let fault: Fault | undefined;
  let bytesLeft: number = limits.modelBytesMax;
  walkModel(inlined, {
    tensor(tensor, path) {
      if (fault !== undefined || !isExternal(tensor)) return;
      const data = readTensor(tensor, path, bytesLeft, read);
      if ('code' in data) {
        fault = data;
        return;
      }
      bytesLeft -= data.length;
      tensor.rawData = new Uint8Array(data);
      tensor.externalData = [];
      tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
    },
  });
  return fault ?? inlined;
}

function readTensor(tensor: TensorProto, path: string, bytesMax: number, read: ReadExternal): Uint8Array | Fault {
  const broken = (expected: string, got: string): Fault => ({ code: 'model.malformed', path, expected, got });
  const length = Math.ceil((elementsDeclared(tensor.dims) * (bitsOfElementType(tensor.dataType) ?? 0)) / 8);
  const offset = Number(entryOf(tensor, 'offset') ?? 0);
  const declared = Number(entryOf(tensor, 'length') ?? length);
  if (!Number.isSafeInteger(length) || length <= 0 || length > bytesMax) {
    return broken(`weights of ${limits.modelBytesMax} bytes at most in all`, `dimensions ${tensor.dims}`);
  }
  if (!Number.isSafeInteger(offset) || offset < 0 || declared !== length) {
    const entries = tensor.externalData.map(({ key, value }) => `${key} ${value}`).join(', ');
    return broken(`a part of ${length} bytes, as the dimensions say`, describeValue(entries));
  }
  const data = read(locationOf(tensor), offset, length);
  if (data?.length === length) return data;
  return broken(
    `${length} bytes at ${offset} of ${describeValue(locationOf(tensor))}`,
    `${data?.length ?? 'no'} bytes`,
  );
}
