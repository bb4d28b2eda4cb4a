import { layoutOf } from '../../core/batch/layout.ts';
import { describeValue, type Fault, pointerTo } from '../../core/fault.ts';
import { limits } from '../../core/limits.ts';
import type { Feature } from '../../core/manifest/features.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import type { DataRows } from './data-rows.ts';

/**
 * Learns the vocabularies of the category features that declare none: every text that occurs, in the order of code
 * points, as scikit-learn sorts them.
 * @returns the texts by feature, or why there are none
 */
export async function learnCategories(manifest: Manifest, data: DataRows): Promise<Record<string, string[]> | Fault[]> {
  const open = manifest.features.filter((each) => each.type === 'category' && each.categories === undefined);
  if (open.length === 0) return {};
  const layout = layoutOf({ ...manifest, features: manifest.features.map(asText) }, new Map());
  const columns = layout.slots.filter(({ feature }) => open.some(({ name }) => name === feature.name));
  const found = columns.map(() => new Set<string>());
  for await (const { batch } of data.read(layout)) {
    for (let row = 0; row < batch.length; row++) {
      for (const [i, { column }] of columns.entries()) {
        const text = batch.texts[row * layout.textCount + column];
        if (text !== undefined) found[i]?.add(text);
      }
    }
    const tooMany = found.findIndex(({ size }) => size > limits.categoriesMax);
    if (tooMany >= 0)
      return [notLearned(manifest, columns[tooMany]?.feature.name, `more than ${limits.categoriesMax}`)];
  }
  const empty = found.findIndex(({ size }) => size === 0);
  if (empty >= 0) return [notLearned(manifest, columns[empty]?.feature.name, 'no text at all')];
  return Object.fromEntries(columns.map(({ feature }, i) => [feature.name, [...(found[i] ?? [])].sort(byCodePoint)]));
}

/** Before its vocabulary is known a category is read as the text that it is. */
const asText = (feature: Feature): Feature =>
  feature.type === 'category' && feature.categories === undefined
    ? { name: feature.name, type: 'text', aliases: feature.aliases, missing: feature.missing }
    : feature;

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

/** UTF-16 units sort differently from code points where a text holds a character beyond U+FFFF. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.compare(right);
}
