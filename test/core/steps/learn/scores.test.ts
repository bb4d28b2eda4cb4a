import { expect, test } from 'vitest';
import { ClassSeparationLearner } from '../../../../src/core/steps/learn/class-separation.ts';
import { LinearRelationLearner } from '../../../../src/core/steps/learn/linear-relation.ts';
import type { Learner } from '../../../../src/core/steps/step.ts';
import { named } from './learning.ts';

const data = [
  [5.1, 3.5, 1.4, 0.2],
  [4.9, 3.0, 1.4, 0.2],
  [7.0, 3.2, 4.7, 1.4],
  [6.4, 3.2, 4.5, 1.5],
  [6.3, 3.3, 6.0, 2.5],
  [5.8, 2.7, 5.1, 1.9],
  [7.1, 3.0, 5.9, 2.1],
];
const columns = named('a', 'b', 'c', 'd');

/** Scores of rows that come two at a time. */
function scoresOf(
  learner: Learner<number[]>,
  rows: readonly (readonly number[])[],
  target: readonly number[],
): unknown {
  for (let from = 0; from < rows.length; from += 2) {
    const part = rows.slice(from, from + 2);
    const values = Float64Array.from(part.flat());
    learner.add({ rows: part.length, values, target: Float64Array.from(target.slice(from, from + 2)) });
  }
  return learner.endPass();
}

const near = (scores: readonly number[]) => scores.map((score) => expect.closeTo(score, 9));
const kinds = [0, 0, 1, 1, 2, 2, 2];

test('the separation of classes is the F value of f_classif', () => {
  const expected = [6.431266846360892, 0.5854800936768825, 88.54135338345968, 48.50434782608698];
  expect(scoresOf(new ClassSeparationLearner(columns, 'kind'), data, kinds)).toEqual(near(expected));
  // Far from zero the sums of squares of the textbook would have no digit left.
  const far = data.map((row) => row.map((cell) => cell * 1024 + 1e9));
  const scores = scoresOf(new ClassSeparationLearner(columns, 'kind'), far, kinds) as number[];
  scores.forEach((score, i) => {
    expect(score / expected[i]!).toBeCloseTo(1, 6);
  });
});

test('the linear relation is the F value of f_regression', () => {
  const expected = [3.6611228121141743, 2.4589637374566813, 12.721613809388062, 11.905150448051703];
  const target = [1, 2, 3, 4, 5, 6, 8];
  expect(scoresOf(new LinearRelationLearner(columns, 'yield'), data, target)).toEqual(near(expected));
});

test('what is constant has no score, what is the target itself the highest', () => {
  const target = [1, 2, 3, 4, 5, 6, 8];
  const rows = target.map((each) => [0.1, each, -2 * each + 1, each]);
  expect(scoresOf(new LinearRelationLearner(columns, 'yield'), rows, target)).toEqual([
    0,
    Number.MAX_VALUE,
    expect.any(Number),
    Number.MAX_VALUE,
  ]);
  const separations = scoresOf(
    new ClassSeparationLearner(columns, 'kind'),
    kinds.map((kind) => [0.1, kind, 0, 0]),
    kinds,
  );
  expect(separations).toEqual([Number.NaN, Number.POSITIVE_INFINITY, Number.NaN, Number.NaN]);
});

test('no rows, a missing target: nothing is learned', () => {
  for (const learner of [ClassSeparationLearner, LinearRelationLearner]) {
    expect(scoresOf(new learner(columns, 'y'), [], [])).toMatchObject({ code: 'fit.impossible', got: 'no rows' });
    expect(scoresOf(new learner(columns, 'y'), data, [1, 2])).toMatchObject({
      expected: expect.stringContaining('"y"'),
      got: 'a missing value',
    });
  }
});
