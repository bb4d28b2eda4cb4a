import { basename } from 'node:path';

const ending = /\.[a-z]+(\.(gz|zst))?$/i;

/**
 * What the results of uploads are saved as, in their order: the name of the file without its ending, which stays where
 * that alone tells two of them apart.
 * @param files paths
 */
export function savedNames(files: readonly string[]): string[] {
  const names = files.map((file) => basename(file));
  const stems = names.map((name) => name.replace(ending, '') || name);
  return stems.map((stem, i) => (stems.indexOf(stem) === stems.lastIndexOf(stem) ? stem : names[i]!));
}
