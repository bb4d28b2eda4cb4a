/** Whole numbers of 64 bits as doubles, without a BigInt for each: that would cost twenty times as much. */

const highUnit = 2 ** 32;
const million = 1_000_000;

/** The doubles nearest to the numbers, as `Number` gives them: both halves are exact, and their sum is rounded once. */
export function doublesOf(longs: BigInt64Array | BigUint64Array): Float64Array {
  const { low, high } = halvesOf(longs);
  const doubles = new Float64Array(longs.length);
  for (let i = 0; i < doubles.length; i++) doubles[i] = high[2 * i + 1]! * highUnit + low[2 * i]!;
  return doubles;
}

/** How often a million goes into each number, rounded down. */
export function millionsOf(longs: BigInt64Array): Float64Array {
  const { low, high } = halvesOf(longs);
  const millions = new Float64Array(longs.length);
  for (let i = 0; i < millions.length; i++) {
    const highMillions = Math.floor(high[2 * i + 1]! / million);
    // Below 2 ** 53, so all of this is exact.
    const rest = (high[2 * i + 1]! - highMillions * million) * highUnit + low[2 * i]!;
    millions[i] = highMillions * highUnit + (rest - (rest % million)) / million;
  }
  return millions;
}

/** The halves of each number side by side, the lower one first: so processors that Node runs on have them in memory. */
function halvesOf(longs: BigInt64Array | BigUint64Array) {
  const { buffer, byteOffset, length } = longs;
  const low = new Uint32Array(buffer, byteOffset, 2 * length);
  return { low, high: longs instanceof BigUint64Array ? low : new Int32Array(buffer, byteOffset, 2 * length) };
}
