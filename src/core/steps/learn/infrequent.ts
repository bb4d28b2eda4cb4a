/** What OneHotEncoder calls infrequent. */
export interface FrequencyRule {
  /** A count, or a share of the rows when below 1. */
  readonly minFrequency?: number | undefined;
  /** Categories that may stay, with one in the place of all infrequent ones. */
  readonly maxCategories?: number | undefined;
}

/**
 * The categories of one column that are too rare to stand alone, in the order of `categories`.
 * @param counts how often each category occurs
 * @param rows how many rows there are, missing values included
 */
export function infrequentOf(
  categories: readonly string[],
  counts: ArrayLike<number>,
  rows: number,
  { minFrequency = 0, maxCategories = Number.POSITIVE_INFINITY }: FrequencyRule,
): string[] {
  const countMin = minFrequency < 1 ? rows * minFrequency : minFrequency;
  const isRare = categories.map((_, i) => counts[i]! < countMin);
  const indicators = isRare.filter((rare) => !rare).length + 1;
  if (maxCategories < indicators) {
    // Among equally frequent ones the last stay: the sort is stable, and the tail is what it leaves alone.
    const rising = categories.map((_, i) => i).sort((a, b) => counts[a]! - counts[b]!);
    for (const i of rising.slice(0, Math.max(0, rising.length - (maxCategories - 1)))) isRare[i] = true;
  }
  return categories.filter((_, i) => isRare[i]);
}
