import { layoutOf } from '../../core/batch/layout.ts';
import { describeValue, type Fault, pointerTo } from '../../core/fault.ts';
import { limits } from '../../core/limits.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { byCodePoint } from '../../core/steps/code-point-order.ts';
import type { DataRows } from './data-rows.ts';

/**
 * Learns the vocabularies of the category features that declare none: every text that occurs, in the order of code
 * points, as scikit-learn sorts them.
 * @returns the texts by feature, or why there are none
 */
export async function learnCategories(manifest: Manifest, data: DataRows): Promise<Record<string, string[]> | Fault[]> {
  const open = manifest.features.filter((each) => each.type === 'category' && each.categories === undefined);
  if (open.length === 0) return {};
  const layout = layoutOf(manifest, new Map());
  const slots = layout.slots.filter(({ isLearning }) => isLearning);
  for await (const _ of data.read(layout)) {
    const tooMany = slots.find(({ codes }) => codes.size > limits.categoriesMax);
    if (tooMany !== undefined) return [notLearned(manifest, tooMany.feature.name, `more than ${limits.categoriesMax}`)];
  }
  const empty = slots.find(({ codes }) => codes.size === 0);
  if (empty !== undefined) return [notLearned(manifest, empty.feature.name, 'no text at all')];
  return Object.fromEntries(
    slots.map(({ feature, codes }) => [
      feature.name,
      [...new Set([...codes.keys(), ...filledIn(manifest, feature.name)])].sort(byCodePoint),
    ]),
  );
}

/** What a step puts in the place of missing ones is a category too, also where it comes by itself. */
const filledIn = ({ steps }: Manifest, feature: string): string[] =>
  steps.flatMap((step) =>
    step.step === 'impute' && step.strategy === 'constant' && step.features.includes(feature)
      ? [String(step.fill)]
      : [],
  );

const notLearned = (manifest: Manifest, name: string | undefined, got: string): Fault => ({
  code: 'fit.impossible',
  path: pointerTo(
    'features',
    manifest.features.findIndex((feature) => feature.name === name),
    'categories',
  ),
  expected: `1 to ${limits.categoriesMax} categories of ${describeValue(name)} in the data`,
  got,
});
