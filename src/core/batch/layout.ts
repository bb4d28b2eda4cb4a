import { createHash } from 'node:crypto';
import { type Bank, bankOf, banksOf } from '../manifest/banks.ts';
import type { Feature } from '../manifest/features.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { type FieldTree, fieldTreeOf } from '../sensitive/field-tree.ts';
import type { TensorType } from '../tensor.ts';

/**
 * Where a feature's values lie. A batch has three banks: `numbers` [N,F] float64, `categories` [N,C] int32 and
 * `texts` [N,T]. Missing is NaN in numbers, -1 in categories and undefined in texts; -2 is an unknown category.
 */
export interface Slot {
  readonly feature: Feature;
  readonly bank: Bank;
  /** Column within the bank. */
  readonly column: number;
  /** Magnitudes from here on do not fit into some model input that this feature feeds. */
  readonly magnitudeEnd: number;
  /** Position of each category in the vocabulary; of category features only. */
  readonly codes: Map<string, number>;
  /** Whether the vocabulary is still open: while a model is fitted, texts get their codes as they come. */
  readonly isLearning: boolean;
  /** Whether a text outside the vocabulary is kept, as code -2, for a step to decide. */
  readonly keepsUnknown: boolean;
}

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
  /** What of a record may be shown; undefined when all of it may. */
  readonly concealed: FieldTree | undefined;
}

/** Where a tensor type ends: what would become infinity, wrap around or lose digits is refused instead. */
const magnitudeEndOf: Partial<Record<TensorType, number>> = {
  // Half a step above the largest float32: everything below rounds to a finite value.
  float32: 3.4028235677973362e38,
  int32: 2 ** 31,
  int64: 2 ** 53,
};

/**
 * Lays out the rows of a model.
 * @param inputTypes the element type of each input of the user's model by name
 */
export function layoutOf(manifest: Manifest, inputTypes: ReadonlyMap<string, TensorType>): Layout {
  const banks = banksOf(manifest.features);
  const { numbers, categories, texts } = banks;
  const slotOf = (feature: Feature): Slot => {
    const name = bankOf[feature.type];
    const vocabulary = feature.type === 'category' ? (feature.categories ?? []) : [];
    return {
      feature,
      bank: name,
      column: banks[name].indexOf(feature),
      magnitudeEnd: magnitudeEnd(manifest, feature.name, inputTypes),
      codes: new Map(vocabulary.map((category, code) => [category, code])),
      isLearning: feature.type === 'category' && feature.categories === undefined,
      keepsUnknown: feature.type === 'category' && feature.unknown === 'keep',
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
      .update(
        [...manifest.features]
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .map(({ name, type }) => `${type} ${name}\n`)
          .join(''),
      )
      .digest(),
    keyNames: manifest.key === undefined ? [] : [manifest.key.name, ...(manifest.key.aliases ?? [])],
    concealed: fieldTreeOf(manifest),
  };
}

/** Where a feature goes through a step, the built graph watches what comes out of it. */
function magnitudeEnd(
  { model, steps }: Manifest,
  feature: string,
  inputTypes: ReadonlyMap<string, TensorType>,
): number {
  if (steps.some(({ features }) => features.includes(feature))) return Number.POSITIVE_INFINITY;
  return Object.entries(model.inputs)
    .filter(([, names]) => names.includes(feature))
    .reduce((smallest, [input]) => Math.min(smallest, endOf(inputTypes.get(input))), Number.POSITIVE_INFINITY);
}

/** The first magnitude that a tensor of this type cannot hold. */
export const endOf = (type: TensorType | undefined): number =>
  (type === undefined ? undefined : magnitudeEndOf[type]) ?? Number.POSITIVE_INFINITY;
