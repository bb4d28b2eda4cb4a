import { createHash } from 'node:crypto';
import type { Feature, FeatureType, Manifest } from '../manifest/manifest.ts';
import type { TensorType } from '../tensor.ts';

/**
 * Where a feature's values lie. A batch has three banks: `numbers` [N,F] float64, `categories` [N,C] int32 and
 * `texts` [N,T]. Missing is NaN in numbers, -1 in categories and undefined in texts.
 */
export interface Slot {
  readonly feature: Feature;
  readonly bank: Bank;
  /** Column within the bank. */
  readonly column: number;
  /** Magnitudes from here on do not fit into some model input that this feature feeds. */
  readonly magnitudeEnd: number;
  /** Position of each category in the vocabulary; of category features only. */
  readonly codes: ReadonlyMap<string, number>;
}

export type Bank = 'numbers' | 'categories' | 'texts';

/** How the rows of one model version lie in a batch. */
export interface Layout {
  /** In the order of the manifest. */
  readonly slots: readonly Slot[];
  readonly numberCount: number;
  readonly categoryCount: number;
  readonly textCount: number;
  /** Slots in the order in which their values enter an input's digest: by bank, then by name. */
  readonly canonical: readonly Slot[];
  /** SHA-256 of the names and types of the features: versions that agree on it give equal records equal digests. */
  readonly contract: Uint8Array;
  /** Names under which a record may carry its key; empty when the manifest declares none. */
  readonly keyNames: readonly string[];
}

const bankOf: Record<FeatureType, Bank> = {
  number: 'numbers',
  integer: 'numbers',
  boolean: 'numbers',
  timestamp: 'numbers',
  category: 'categories',
  text: 'texts',
};

/** Where a tensor type ends: what would become infinity, wrap around or lose digits is refused instead. */
const magnitudeEndOf: Partial<Record<TensorType, number>> = {
  // Half a step above the largest float32: everything below rounds to a finite value.
  float32: 3.4028235677973362e38,
  int32: 2 ** 31,
  int64: 2 ** 53,
};

/**
 * Lays out the rows of a model.
 * @param inputTypes the element type of each model input by name
 */
export function layoutOf(manifest: Manifest, inputTypes: ReadonlyMap<string, TensorType>): Layout {
  const byName = [...manifest.features].sort((a, b) => (a.name < b.name ? -1 : 1));
  const bank = (name: Bank) => byName.filter((feature) => bankOf[feature.type] === name);
  const [numbers, categories, texts] = [bank('numbers'), bank('categories'), bank('texts')];
  const slotOf = (feature: Feature): Slot => {
    const name = bankOf[feature.type];
    const vocabulary = feature.type === 'category' ? feature.categories : [];
    return {
      feature,
      bank: name,
      column: { numbers, categories, texts }[name].indexOf(feature),
      magnitudeEnd: magnitudeEnd(manifest, feature.name, inputTypes),
      codes: new Map(vocabulary.map((category, code) => [category, code])),
    };
  };
  const slots = manifest.features.map(slotOf);
  const slotByFeature = new Map(slots.map((slot) => [slot.feature, slot]));
  return {
    slots,
    numberCount: numbers.length,
    categoryCount: categories.length,
    textCount: texts.length,
    canonical: [...numbers, ...categories, ...texts].map((feature) => slotByFeature.get(feature) as Slot),
    contract: createHash('sha256')
      .update(byName.map(({ name, type }) => `${type} ${name}\n`).join(''))
      .digest(),
    keyNames: manifest.key === undefined ? [] : [manifest.key.name, ...(manifest.key.aliases ?? [])],
  };
}

function magnitudeEnd(manifest: Manifest, feature: string, inputTypes: ReadonlyMap<string, TensorType>): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (const [input, names] of Object.entries(manifest.model.inputs)) {
    const type = inputTypes.get(input);
    if (names.includes(feature) && type !== undefined) smallest = Math.min(smallest, magnitudeEndOf[type] ?? smallest);
  }
  return smallest;
}
