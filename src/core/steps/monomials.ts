/** A product of columns, by their positions, which never fall: [0, 0, 2] is a a c. Without any it is 1. */
export type Monomial = readonly number[];

/**
 * The products of so many factors out of some columns, in lexicographic order.
 * @param repeats whether a column may occur several times in a product
 */
export function monomials(columns: number, degree: number, repeats: boolean): Monomial[] {
  if (degree === 0) return [[]];
  return monomials(columns, degree - 1, repeats).flatMap((start) => {
    const from = start.length === 0 ? 0 : start.at(-1)! + (repeats ? 0 : 1);
    return Array.from({ length: Math.max(0, columns - from) }, (_, i) => [...start, from + i]);
  });
}

/** How many products of up to so many factors there are, the one without factors excepted. */
export function numberOfMonomials(columns: number, degree: number, repeats: boolean): number {
  let count = 0;
  // Products of d factors: choose d of n columns, or of n + d - 1 when they may repeat.
  for (let d = 1, ofDegree = 1; d <= degree; d++) {
    ofDegree = (ofDegree * (repeats ? columns + d - 1 : columns - d + 1)) / d;
    count += Math.max(0, ofDegree);
  }
  return count;
}

/** As PolynomialFeatures names it: "1", "a", "a b", "a^2 b". */
export function nameOf(monomial: Monomial, names: readonly string[]): string {
  const powers = new Map<number, number>();
  for (const column of monomial) powers.set(column, (powers.get(column) ?? 0) + 1);
  const factors = [...powers].map(([column, power]) => (power === 1 ? names[column]! : `${names[column]}^${power}`));
  return factors.length === 0 ? '1' : factors.join(' ');
}
