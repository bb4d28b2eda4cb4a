/** Numbers that look random and are the same for the same seed, on every machine and for ever. */
export interface SeededRandom {
  /** Uniform in [0, 1), in steps of 2^-32. */
  uniform(): number;
  /** Normally distributed. */
  normal(mean: number, standardDeviation: number): number;
}

const seedMax = 0xffff_ffff;
const warmUpRounds = 15;

/**
 * The generator sfc32 (C. Doty-Humphrey) with Box-Muller on top.
 * @param seed an integer of 32 bits without sign
 * @param stream series with the same seed and another stream are independent of each other
 * @throws {RangeError} when the seed is anything else
 */
export function seededRandom(seed: number, stream = ''): SeededRandom {
  if (!Number.isInteger(seed) || seed < 0 || seed > seedMax) {
    throw new RangeError(`seed: expected an integer from 0 to ${seedMax}, got ${seed}`);
  }
  const next = sfc32(seed, fnv1a(stream));
  for (let i = 0; i < warmUpRounds; i++) next();
  const uniform = () => next() / (seedMax + 1);
  let spare: number | undefined;

  /** Box-Muller makes two values at a time: the second waits for the next call. */
  function standardNormal(): number {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    // 1 - uniform lies in (0, 1], where the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
  return { uniform, normal: (mean, standardDeviation) => mean + standardDeviation * standardNormal() };
}

function sfc32(seed: number, stream: number): () => number {
  let [a, b, c, counter] = [seed | 0, stream | 0, 0x9e3779b9 | 0, 1];
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
}

/** The hash FNV-1a of a name's code units. */
function fnv1a(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash;
}
