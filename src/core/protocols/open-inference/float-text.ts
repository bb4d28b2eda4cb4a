/**
 * A number of a tensor as JSON. JSON has no NaN and no infinity: they are null. -0 keeps its sign, with a fraction, since
 * clients in Python read -0 as an integer, which has none.
 */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** Whether all of these are printed as JavaScript prints them. */
export function arePlain(values: Float32Array | Float64Array): boolean {
  for (const value of values) if (!Number.isFinite(value) || Object.is(value, -0)) return false;
  return true;
}
