import type { ModelProto } from 'onnx-buf';
import { describeValue, type Fault } from '../../fault.ts';
import { closestTo } from '../../suggest.ts';
import { canonicalDomain } from '../opsets.ts';
import { walkModel } from '../walk.ts';
import { functionKey } from './functions.ts';
import { operatorNames } from './operator-names.ts';
import { faultsMax, unsupported } from './unsupported.ts';

/** Operators that the runtime does not have, or that are not let in. Its own load knows the rest: types, versions, attributes. */
export function unsafeOperators(model: ModelProto): Fault[] {
  const functions = new Set(model.functions.map(functionKey));
  const faults: Fault[] = [];
  walkModel(model, {
    node({ domain, opType, overload }, path) {
      const names = operatorNames.get(canonicalDomain(domain));
      if (
        faults.length >= faultsMax ||
        names?.has(opType) ||
        functions.has(functionKey({ domain, name: opType, overload }))
      )
        return;
      const expected =
        names === undefined
          ? `an operator of ${[...operatorNames.keys()].join(', ')}, or a function of the model`
          : `an operator that the runtime has${hint(opType, names)}`;
      faults.push(unsupported(path, expected, describeValue(domain === '' ? opType : `${domain}.${opType}`)));
    },
  });
  return faults;
}

function hint(opType: string, names: ReadonlySet<string>): string {
  const close = closestTo(opType, [...names]);
  return close === undefined ? '' : ` ("${close}")`;
}
