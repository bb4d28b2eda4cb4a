/** A run that is not longer is added in one go. */
const blockMax = 128;
/** Sums that are kept side by side in a block. */
const lanes = 8;

/** The sum of numbers in the order in which numpy.sum adds them, so that the last digits are the same. */
export function pairwiseSum(values: Float64Array, from = 0, to = values.length): number {
  const length = to - from;
  if (length <= blockMax) return sumOfBlock(values, from, to);
  const half = Math.floor(length / 2);
  const middle = from + half - (half % lanes);
  return pairwiseSum(values, from, middle) + pairwiseSum(values, middle, to);
}

function sumOfBlock(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  let i = from;
  if (to - from >= lanes) {
    const sums = values.slice(from, from + lanes);
    for (i += lanes; i + lanes <= to; i += lanes) {
      for (let lane = 0; lane < lanes; lane++) sums[lane]! += values[i + lane]!;
    }
    const [a, b, c, d, e, f, g, h] = sums as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    sum = a + b + (c + d) + (e + f + (g + h));
  }
  for (; i < to; i++) sum += values[i]!;
  return sum;
}
