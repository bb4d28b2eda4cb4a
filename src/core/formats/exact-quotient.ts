/** Splits a float64 into two halves of 26 bits (Dekker). */
const splitter = 2 ** 27 + 1;
/** More than the relative error of the correction that is computed here, far less than what decides. */
const errorShare = 2 ** -48;

/** What rounding took from `a * b`, given that product rounded. */
function productError(a: number, b: number, product: number): number {
  const aScaled = splitter * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = splitter * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/**
 * The float64 nearest to `(high * scale + low) / divisor`, computed in twice the precision of a float64.
 * All are exact integers, `scale` and `divisor` powers of ten up to 1e22, `low` less than `scale`, the result normal.
 * @returns NaN in the rare case that it lies too near to the middle of two float64s to tell
 */
export function quotientOf(high: number, scale: number, low: number, divisor: number): number {
  const product = high * scale;
  const productRest = productError(high, scale, product);
  const numerator = product + low;
  // What the sum and the product lost, together.
  const numeratorRest = productRest + (low - (numerator - product));
  const quotient = numerator / divisor;
  const back = quotient * divisor;
  const rest = numerator - back - productError(quotient, divisor, back) + numeratorRest;
  const correction = rest / divisor;
  const least = quotient + correction * (1 - errorShare);
  const most = quotient + correction * (1 + errorShare);
  return least === most ? least : Number.NaN;
}
