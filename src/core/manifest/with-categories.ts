import type { Manifest } from './manifest.ts';

/** The manifest with vocabularies for the features that declare none. */
export const withCategories = (manifest: Manifest, categories: Readonly<Record<string, string[]>>): Manifest => ({
  ...manifest,
  features: manifest.features.map((feature) => {
    if (feature.type !== 'category' || feature.categories !== undefined) return feature;
    const learned = categories[feature.name];
    return learned === undefined ? feature : { ...feature, categories: learned };
  }),
});
