import { expect, test } from 'vitest';
import { seededRandom } from '../../../local/devices/seeded-random.ts';
import { doublesOf, millionsOf } from '../../../src/core/parquet/longs.ts';

const random = seededRandom(5).uniform;
const edges = [
  0n,
  1n,
  999_999n,
  1_000_000n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
];
/** Of each length, since numbers of many bits are rounded and those of few are not. */
const some = Array.from({ length: 2_000 }, (_, i) => BigInt(Math.floor(random() * 2 ** 52)) << BigInt(i % 12));
const positive = [...edges, ...some].map((value) => BigInt.asUintN(63, value));
const signed = BigInt64Array.from([...positive, ...positive.map((value) => -value), -(2n ** 63n)]);

test('whole numbers of 64 bits become the doubles that Number makes of them', () => {
  expect([...doublesOf(signed)]).toEqual(Array.from(signed, Number));
  const unsigned = BigUint64Array.from([...positive, ...positive.map((value) => 2n ** 64n - 1n - value)]);
  expect([...doublesOf(unsigned)]).toEqual(Array.from(unsigned, Number));
});

test('nanoseconds are cut to milliseconds downwards, on both sides of 1970', () => {
  const floored = (value: bigint) => Number((value - (((value % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n);
  expect([...millionsOf(signed)].map((each) => each + 0)).toEqual(Array.from(signed, floored));
});
