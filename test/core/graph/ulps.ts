const view = new DataView(new ArrayBuffer(8));

/** Place of a float64 among all of them, in order; -0 and 0 are neighbours. */
function placeOf(value: number): bigint {
  view.setFloat64(0, value);
  const bits = view.getBigInt64(0);
  return bits < 0n ? -1n - (bits & 0x7fffffffffffffffn) : bits;
}

/** How many float64 lie between two: 0 for the same, infinite when only one is NaN. */
export function ulpsBetween(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.POSITIVE_INFINITY;
  const distance = placeOf(a) - placeOf(b);
  return Number(distance < 0n ? -distance : distance);
}
