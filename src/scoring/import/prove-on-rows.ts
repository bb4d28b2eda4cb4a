import type { Fault } from '../../core/fault.ts';
import type { ModelProto } from '../../core/graph/onnx-file.ts';
import { inputInfos } from '../../core/graph/tensor-infos.ts';
import type { RowPlan } from '../../core/import/plan-rows.ts';
import { openSizes, probeRows, rowsMany } from '../../core/import/probe-rows.ts';
import { sampleFeeds } from '../../core/import/sample-feeds.ts';
import type { ProbeLimits } from './import-ports.ts';
import { type Proven, proveModel } from './prove-model.ts';
import type { Trial } from './try-model.ts';

/** ONNX Runtime holds the file, the weights in it, and the weights as its kernels like them. */
const copiesOfModel = 4;
const memoryBytesBeside = 1 << 30;
/** What the slowest disk and processor that are worth supporting read in a millisecond. */
const bytesReadPerMs = 100_000;

/** What a model of a size may use. @param timeoutMs for one of no size */
export const limitsFor = (modelBytes: number, timeoutMs: number): ProbeLimits => ({
  timeoutMs: timeoutMs + modelBytes / bytesReadPerMs,
  memoryBytesMax: memoryBytesBeside + copiesOfModel * modelBytes,
});

/**
 * Tries a repaired model on rows of the sample, else on made ones, in every size that open dimensions may mean.
 * @param plan undefined for a model of tensors
 */
export async function proveOnRows(
  trial: Trial,
  original: ModelProto,
  model: ModelProto,
  plan: RowPlan | undefined,
): Promise<Proven | Fault> {
  const inputs = inputInfos(model.graph!);
  if (inputs.length === 0) return noInputs;
  const fromSample = plan && sampleFeeds(inputs, plan.columns, rowsMany);
  const isOpen = inputs.some(({ shape }) => shape.slice(1).some((dim) => typeof dim !== 'number' || dim < 1));
  const sizes = isOpen ? openSizes : [1];
  const made = () => sizes.map((size) => probeRows(inputs, plan?.hints ?? new Map(), size));
  const feeds = fromSample === undefined ? made() : [fromSample];
  let fault: Fault = {
    code: 'model.unsupported',
    path: '',
    expected: 'inputs whose rows are small enough to be tried',
    got: inputs.map(({ name, shape }) => `"${name}" [${shape}]`).join(', '),
  };
  for (const each of feeds) {
    if (each === undefined) continue;
    const proven = await proveModel(trial, original, model, each);
    if (!('fault' in proven)) return plan === undefined ? proven : oneOrAny(proven);
    fault = proven.fault;
    if (!proven.isOfRows) return fault;
  }
  return fault;
}

const noInputs: Fault = {
  code: 'model.unsupported',
  path: '/graph/input',
  expected: 'an input that depends on what is scored',
  got: 'none',
};

/** Rows are scored one by one or in batches of any size, never in batches of one other size. */
const oneOrAny = (proven: Proven): Proven | Fault =>
  proven.batchRows === undefined || proven.batchRows === 1
    ? proven
    : {
        code: 'model.unsupported',
        path: '',
        expected: 'a model that takes any number of rows, or one: export it with a free first dimension',
        got: `one that takes ${proven.batchRows}`,
      };
