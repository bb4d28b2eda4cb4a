import type { ModelProto } from 'onnx-buf';
import type { Fault } from '../../fault.ts';
import { unsafeFunctions } from './functions.ts';
import { unsafeOperators } from './operators.ts';
import { unsafeSizes } from './sizes.ts';
import { unsafeTensors } from './tensors.ts';
import { faultsMax } from './unsupported.ts';
import { unsafeValues } from './values.ts';
import { unsafeVersions } from './versions.ts';

/**
 * Everything in a model for which it must not be loaded: other files that it names, types that cannot be passed,
 * operators that the runtime does not have, sizes that no memory holds. A model without such parts may still be
 * endless or wrong: only running it in a process that can be killed shows that.
 */
export const unsafeParts = (model: ModelProto): Fault[] =>
  [unsafeVersions, unsafeValues, unsafeTensors, unsafeFunctions, unsafeOperators, unsafeSizes]
    .flatMap((judge) => judge(model))
    .slice(0, faultsMax);
