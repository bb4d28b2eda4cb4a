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
  for (;;) {
    for (let from = 0; from < rows.length; from += 2) {
      const part = rows.slice(from, from + 2);
      const values = Float64Array.from(part.flat());
      learner.add({ rows: part.length, values, target: Float64Array.from(target.slice(from, from + 2)) });
    }
    const outcome = learner.endPass();
    if (outcome !== 'again') return outcome;
  }
}

const near = (scores: readonly number[]) => scores.map((score) => expect.closeTo(score, 9));
const kinds = [0, 0, 1, 1, 2, 2, 2];

test('the separation of classes is the F value of f_classif', () => {
  const expected = [6.431266846360892, 0.5854800936768825, 88.54135338345968, 48.50434782608698];
  expect(scoresOf(new ClassSeparationLearner(columns, 'kind'), data, kinds)).toEqual(near(expected));
});

test('far from zero the scores are what scikit-learn makes of sums without digits', () => {
  const far = data.map((row) => row.map((cell) => cell + 1e7));
  const separations = [7.25, -0.6666666666666666, 89.5, 36];
  expect(scoresOf(new ClassSeparationLearner(columns, 'kind'), far, kinds)).toEqual(near(separations));
  const relations = [3.3010010429553804, -130.4405899758293, 13.1004516464549, 12.703846013075887];
  const target = [1, 2, 3, 4, 5, 6, 8];
  const scores = scoresOf(new LinearRelationLearner(columns, 'yield'), far, target) as number[];
  expect(scores).toEqual(relations.map((score) => expect.closeTo(score, 3)));
});

test('the linear relation is the F value of f_regression', () => {
  const expected = [3.6611228121141743, 2.4589637374566813, 12.721613809388062, 11.905150448051703];
  const target = [1, 2, 3, 4, 5, 6, 8];
  expect(scoresOf(new LinearRelationLearner(columns, 'yield'), data, target)).toEqual(near(expected));
});

test('what is constant has no score, what is the target itself a huge one', () => {
  const target = [1, 2, 3, 4, 5, 6, 8];
  const rows = target.map((each) => [7.25, each, -2 * each + 1, 0]);
  const [constant, same, mirrored, zeros] = scoresOf(new LinearRelationLearner(columns, 'y'), rows, target) as number[];
  expect([constant, zeros]).toEqual([0, 0]);
  expect(same).toBeGreaterThan(1e12);
  expect(mirrored).toBeGreaterThan(1e12);
  const separations = scoresOf(
    new ClassSeparationLearner(columns, 'kind'),
    kinds.map((kind) => [7.25, kind, 0, -kind]),
    kinds,
  );
  expect(separations).toEqual([Number.NaN, expect.any(Number), Number.NaN, expect.any(Number)]);
  expect((separations as number[])[1]).toBeGreaterThan(1e12);
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
