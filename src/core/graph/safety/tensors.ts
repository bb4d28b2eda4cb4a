import type { ModelProto, TensorProto } from 'onnx-buf';
import type { Fault } from '../../fault.ts';
import { limits } from '../../limits.ts';
import { nameOfElementType } from '../element-types.ts';
import { isExternal, locationOf } from '../external-data.ts';
import { elementsDeclared, isWholeTensor } from '../tensor-values.ts';
import { walkModel } from '../walk.ts';
import { faultsMax, unsupported } from './unsupported.ts';
import { isPassable } from './values.ts';

/** Types of weights that models keep packed and unpack themselves. */
const packed = new Set(['int4', 'uint4']);

/**
 * Tensors in a model whose values lie in other files, wherever in the model they hide; whose type the runtime cannot
 * compute with; or whose shape says more than the file holds.
 */
export function unsafeTensors(model: ModelProto): Fault[] {
  const faults: Fault[] = [];
  walkModel(model, {
    tensor(tensor, path) {
      const fault = faults.length < faultsMax ? judge(tensor, path) : undefined;
      if (fault !== undefined) faults.push(fault);
    },
    sparseTensor({ dims }, path) {
      const elements = elementsDeclared(dims);
      // A sparse tensor becomes a whole one when it is loaded.
      if (elements * 8 <= limits.modelBytesMax) return;
      faults.push(unsupported(path, `a tensor of ${limits.modelBytesMax} bytes at most`, `dimensions ${dims}`));
    },
  });
  return faults;
}

function judge(tensor: TensorProto, path: string): Fault | undefined {
  if (isExternal(tensor)) {
    return unsupported(path, 'weights inside the file', `weights in the file "${locationOf(tensor)}"`);
  }
  const type = nameOfElementType(tensor.dataType);
  if (!isPassable(tensor.dataType) && !packed.has(type)) {
    return unsupported(path, 'weights of float16, float32, float64, integers, booleans or texts', `${type}`);
  }
  if (!isWholeTensor(tensor)) {
    return unsupported(path, `as many values as the dimensions ${tensor.dims} say`, 'more or fewer');
  }
  return undefined;
}
