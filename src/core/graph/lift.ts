import type { ModelProto } from 'onnx-buf';
import { describeValue, type Fault } from '../fault.ts';
import { newestOpset, oldestOpset } from './operator-set.ts';
import { isStandardDomain, opsetOf } from './opsets.ts';
import { meansTheSame } from './schema-breaks.ts';
import { walkModel } from './walk.ts';

/** Versions to lift an old model to, the most welcome first: newer ones say the same in fewer operators. */
const targets = [17, 13, 11, 9] as const;

/**
 * The version of ai.onnx in which a pipeline may be written in front of a model: the model's own, or a newer one that
 * means the same for every operator of the model where its own is too old.
 * @returns the version, or why there is none
 */
export function pipelineOpset(model: ModelProto): number | Fault {
  const own = opsetOf(model);
  if (own !== undefined && own >= oldestOpset) return own <= newestOpset ? own : tooNew(own);
  const used = standardOperators(model);
  // Without an import, or without operators of ai.onnx, nothing can change its meaning.
  const from = own ?? oldestOpset;
  const target = targets.find((version) => [...used].every((name) => meansTheSame(name, from, version)));
  if (target !== undefined && model.functions.length === 0) return target;
  const obstacles = [...used].filter((name) => !meansTheSame(name, from, oldestOpset));
  return {
    code: 'model.unsupported',
    path: '/opset_import',
    expected: `ai.onnx ${oldestOpset} or newer: export the model again with a newer opset`,
    got: `ai.onnx ${own}, and it means something else in ${describeValue(obstacles.join(', ') || 'functions')}`,
  };
}

const tooNew = (own: number): Fault => ({
  code: 'model.unsupported',
  path: '/opset_import',
  expected: `ai.onnx ${newestOpset} at most, the newest that the runtime knows`,
  got: `ai.onnx ${own}`,
});

function standardOperators(model: ModelProto): Set<string> {
  const names = new Set<string>();
  walkModel(model, {
    node({ domain, opType }) {
      if (isStandardDomain(domain)) names.add(opType);
    },
  });
  return names;
}
