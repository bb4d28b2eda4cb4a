import type { ModelProto } from 'onnx-buf';
import type { Fault } from '../../fault.ts';
import { newestOpset } from '../operator-set.ts';
import { canonicalDomain, opsetOf } from '../opsets.ts';
import { walkModel } from '../walk.ts';
import { unsupported } from './unsupported.ts';

/** Versions of each domain that ONNX Runtime takes; of older ones it has some operators only. */
const versions: Readonly<Record<string, { readonly oldest: number; readonly newest: number }>> = {
  'ai.onnx': { oldest: 7, newest: newestOpset },
  'ai.onnx.ml': { oldest: 1, newest: 5 },
  'com.microsoft': { oldest: 1, newest: 1 },
};
const irVersionNewest = 13;

/** Versions that the runtime does not take, of the format and of the operators in use; training graphs. */
export function unsafeVersions(model: ModelProto): Fault[] {
  const faults: Fault[] = [];
  if (model.irVersion > irVersionNewest) {
    const expected = `version ${irVersionNewest} of the format at most, the newest that the runtime knows`;
    faults.push(unsupported('/ir_version', expected, `version ${model.irVersion}`));
  }
  if (model.trainingInfo.length > 0) {
    faults.push(unsupported('/training_info', 'a model for inference', 'a graph for training'));
  }
  const used = domainsUsed(model);
  for (const [domain, { oldest, newest }] of Object.entries(versions)) {
    const own = opsetOf(model, domain);
    const isTooNew = own !== undefined && own > newest;
    const isTooOld = used.has(domain) && (own === undefined || own < oldest);
    if (!isTooNew && !isTooOld) continue;
    const advice = isTooOld ? 'export the model again with a newer one' : 'export the model again with an older one';
    const got = own === undefined ? 'no version' : `version ${own}`;
    faults.push(unsupported('/opset_import', `${domain} ${oldest} to ${newest}: ${advice}`, got));
  }
  return faults;
}

function domainsUsed(model: ModelProto): Set<string> {
  const used = new Set<string>();
  walkModel(model, {
    node({ domain }) {
      used.add(canonicalDomain(domain));
    },
  });
  return used;
}
