import type { Feature, FeatureType } from './features.ts';

/** The three tensors that rows are decoded into; a built graph takes them under these names. */
export type Bank = 'numbers' | 'categories' | 'texts';

export const bankOf: Readonly<Record<FeatureType, Bank>> = {
  number: 'numbers',
  integer: 'numbers',
  boolean: 'numbers',
  timestamp: 'numbers',
  category: 'categories',
  text: 'texts',
};

/** The features of each bank in the order of its columns: by name, so that the order in the manifest means nothing. */
export function banksOf<F extends Feature>(features: readonly F[]): Readonly<Record<Bank, readonly F[]>> {
  const byName = [...features].sort((a, b) => (a.name < b.name ? -1 : 1));
  const bank = (name: Bank) => byName.filter((feature) => bankOf[feature.type] === name);
  return { numbers: bank('numbers'), categories: bank('categories'), texts: bank('texts') };
}
