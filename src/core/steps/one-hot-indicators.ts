/** One output column of one-hot encoding: 1 where the value is one of these categories. */
export interface Indicator {
  readonly name: string;
  readonly categories: readonly string[];
}

/**
 * The indicators of one column: its frequent categories in order, then one for all infrequent ones.
 * @param drop which of them is left out, so that the others do not add up to a constant
 */
export function indicatorsOf(
  column: string,
  categories: readonly string[],
  infrequent: readonly string[],
  drop: 'none' | 'first' | 'if_binary',
): Indicator[] {
  const rare = new Set(infrequent);
  const indicators = categories
    .filter((category) => !rare.has(category))
    .map((category): Indicator => ({ name: `${column}_${category}`, categories: [category] }));
  if (infrequent.length > 0) indicators.push({ name: `${column}_infrequent`, categories: infrequent });
  const isDropped = drop === 'first' || (drop === 'if_binary' && indicators.length === 2);
  return isDropped ? indicators.slice(1) : indicators;
}
