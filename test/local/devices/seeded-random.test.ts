import { expect, test } from 'vitest';
import { seededRandom } from '../../../local/devices/seeded-random.ts';

const uniforms = (count: number, seed: number, stream?: string) => {
  const random = seededRandom(seed, stream);
  return Array.from({ length: count }, () => random.uniform());
};
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const momentOf = (values: readonly number[], power: number) => meanOf(values.map((value) => value ** power));

test('a seed means the same series for ever', () => {
  // From a second implementation of sfc32, in Python.
  expect(uniforms(3, 1).map((value) => value * 2 ** 32)).toEqual([2433489189, 1178905406, 2270846265]);
});

test('another seed or another stream is another series', () => {
  expect(uniforms(5, 1)).toEqual(uniforms(5, 1));
  expect(uniforms(5, 2)).not.toEqual(uniforms(5, 1));
  expect(uniforms(5, 1, 'machine-1')).not.toEqual(uniforms(5, 1, 'machine-2'));
});

test('neighbouring seeds and streams are not correlated', () => {
  const count = 20_000;
  const first = uniforms(count, 1, 'machine-1').map((value) => value - 0.5);
  for (const [seed, stream] of [[2, 'machine-1'] as const, [1, 'machine-2'] as const]) {
    const second = uniforms(count, seed, stream).map((value) => value - 0.5);
    const correlation = meanOf(first.map((value, i) => value * second[i]!)) * 12;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(count));
  }
});

test('uniform values fill [0, 1) evenly', () => {
  const values = uniforms(100_000, 7);
  expect(Math.min(...values.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values.slice(0, 50_000))).toBeLessThan(1);
  const tenths = Array.from({ length: 10 }, (_, i) => values.filter((value) => Math.floor(value * 10) === i).length);
  for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});

test('normal values have the moments of the normal distribution', () => {
  const random = seededRandom(3);
  const values = Array.from({ length: 200_000 }, () => random.normal(0, 1));
  expect(Math.abs(meanOf(values))).toBeLessThan(0.01);
  expect(momentOf(values, 2)).toBeCloseTo(1, 1);
  expect(Math.abs(momentOf(values, 3))).toBeLessThan(0.03);
  expect(Math.abs(momentOf(values, 4) - 3)).toBeLessThan(0.1);
  const pairs = values.slice(1).map((value, i) => value * values[i]!);
  expect(Math.abs(meanOf(pairs))).toBeLessThan(0.01);
});

test.each([-1, 1.5, 2 ** 32, Number.NaN])('%s is no seed', (seed) => {
  expect(() => seededRandom(seed)).toThrow(`seed: expected an integer from 0 to 4294967295, got ${seed}`);
});
