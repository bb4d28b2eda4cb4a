import fc from 'fast-check';
import { expect, test } from 'vitest';
import { minimumBetween, minimumFrom } from '../../../../src/core/steps/learn/minimum.ts';

test.each([
  ['a parabola', (x: number) => (x - 1.25) ** 2 + 3, 1.25],
  ['a corner', (x: number) => Math.abs(x + 0.75), -0.75],
  ['a flat bottom', (x: number) => (x - 0.5) ** 4, 0.5],
  ['a skewed valley', (x: number) => Math.exp(x) - 2 * x, Math.log(2)],
])('the bottom of %s is found between two bounds and downhill', (_, curve, bottom) => {
  const digits = curve(bottom + 1e-3) - curve(bottom) < 1e-10 ? 2 : 6;
  expect(minimumBetween(curve, -4, 9)).toBeCloseTo(bottom, digits);
  expect(minimumFrom(curve, -2, 2)).toBeCloseTo(bottom, digits);
});

test('a bottom far from the start is reached', () => {
  expect(minimumFrom((x) => (x - 1e4) ** 2, -2, 2)).toBeCloseTo(1e4, 3);
  expect(minimumFrom((x) => Math.cosh(x + 300), -2, 2)).toBeCloseTo(-300, 5);
});

test('without a minimum inside, the search ends at the bound that is lowest', () => {
  expect(minimumBetween((x) => x, -1, 1)).toBeCloseTo(-1, 6);
});

test.each([
  ['falls without end', (x: number) => -x],
  ['is level', () => 1],
  ['has no values', () => Number.NaN],
])('a curve that %s has no minimum', (_, curve) => {
  expect(minimumFrom(curve, -2, 2)).toBeUndefined();
});

test('any parabola, from any two points', () => {
  const place = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(place, place, place, (bottom, first, second) => {
      fc.pre(Math.abs(first - second) > 1e-3);
      expect(minimumFrom((x) => (x - bottom) ** 2, first, second)! - bottom).toBeCloseTo(0, 4);
    }),
  );
});
