import type { Fault } from '../../core/fault.ts';
import type { ModelProto } from '../../core/graph/onnx-file.ts';
import { cutOutputs } from '../../core/graph/repair/cut-outputs.ts';
import { castFloat16 } from '../../core/graph/repair/float16.ts';
import type { Repaired } from '../../core/graph/repair/repaired.ts';

/** Repairs of which nothing needs to be seen to know that they are right, in the order in which they build on each other. */
const repairs: readonly ((model: ModelProto) => Repaired | Fault)[] = [cutOutputs, castFloat16];

/**
 * Repairs what can be told from the graph alone. A model that needs nothing comes back as it is.
 * @returns a fault when nothing of it could be passed on
 */
export function repairModel(given: ModelProto): Repaired | Fault {
  let model = given;
  let changes: readonly string[] = [];
  for (const repair of repairs) {
    const repaired = repair(model);
    if ('code' in repaired) return repaired;
    model = repaired.model;
    changes = [...changes, ...repaired.changes];
  }
  return { model, changes };
}
