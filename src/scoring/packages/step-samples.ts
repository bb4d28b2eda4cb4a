import type { Layout, Slot } from '../../core/batch/layout.ts';
import type { RecordBatch } from '../../core/batch/record-batch.ts';
import { ScoringError } from '../../core/fault.ts';
import type { LearningStep } from '../../core/pipeline/fit-stage.ts';
import type { Sample } from '../../core/steps/step.ts';
import type { Tensor } from '../../core/tensor.ts';

type ReadTarget = (batch: RecordBatch) => Float64Array;

/** Compiles how a step's share of some rows is taken from what the stage's graph computed of them. */
export function sampleReader(
  layout: Layout,
  { step, target }: LearningStep,
): (batch: RecordBatch, computed: Tensor | undefined) => Sample {
  const slot = layout.slots.find(({ feature }) => feature.name === target?.name);
  const readTarget = target === undefined || slot === undefined ? undefined : targetReader(slot);
  return (batch, computed) => {
    const rows = batch.length;
    const data = computed?.data;
    if (!(data instanceof Float64Array || data instanceof Int32Array)) {
      throw new ScoringError('internal.unexpected', `The step ${step.step} was computed as ${computed?.type}.`, {
        retryable: false,
      });
    }
    // One row alone was fed twice.
    const width = data.length / (computed?.dims[0] ?? rows);
    const values = data.subarray(0, rows * width);
    return readTarget === undefined ? { rows, values } : { rows, values, target: readTarget(batch) };
  };
}

/** Classes have the codes that they got as they came. */
function targetReader({ bank, column }: Slot): ReadTarget {
  return (batch) => {
    const { numberCount, categoryCount } = batch.layout;
    const at = (row: number): number =>
      (bank === 'categories'
        ? batch.categories[row * categoryCount + column]
        : batch.numbers[row * numberCount + column]) ?? Number.NaN;
    return Float64Array.from({ length: batch.length }, (_, row) => at(row));
  };
}
