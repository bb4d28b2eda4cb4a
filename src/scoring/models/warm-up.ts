import { RecordBatch } from '../../core/batch/record-batch.ts';
import type { LoadedModel } from '../loaded-model.ts';
import { scoreBatch } from '../score-batch.ts';

/**
 * Runs one plain row down the road that all rows take, so that no caller pays for what a first run costs. What the model
 * says of it does not matter; that it runs does.
 * @throws {ScoringError} `model.run_failed`
 */
export async function warmUp(model: LoadedModel): Promise<void> {
  const { layout } = model;
  // A model of tensors has no rows; its golden ones have warmed it up.
  if (layout.slots.length === 0) return;
  const batch = new RecordBatch(layout, 1);
  batch.startRow();
  batch.numbers.fill(0, 0, layout.numberCount);
  batch.categories.fill(0, 0, layout.categoryCount);
  for (let column = 0; column < layout.textCount; column++) batch.texts.push('');
  batch.finishRow();
  await scoreBatch(model, batch);
}
