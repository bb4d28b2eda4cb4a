import { expect, test } from 'vitest';
import { slopeOf } from '../../../local/soak/slope.ts';

test.each<[string, readonly (readonly [number, number])[], number]>([
  [
    'a line',
    [
      [0, 10],
      [1, 12],
      [2, 14],
    ],
    2,
  ],
  [
    'noise around a level',
    [
      [0, 10],
      [1, 12],
      [2, 8],
      [3, 10],
    ],
    -0.4,
  ],
  ['one point', [[1, 5]], 0],
  [
    'points above each other',
    [
      [1, 5],
      [1, 9],
    ],
    0,
  ],
  ['nothing', [], 0],
])('%s', (_, points, slope) => {
  expect(slopeOf(points)).toBeCloseTo(slope, 10);
});
