import { describe, expect, test } from 'vitest';
import { stepKinds } from '../../../src/core/steps/step-kinds.ts';
import { StepRun } from './run-steps.ts';
import { differenceFromExpected, differenceFromFitted } from './tolerance.ts';
import { readVector, vectorNames } from './vectors.ts';

const names = vectorNames();

test('every kind of step has a vector', () => {
  const seen = new Set(names.flatMap((name) => readVector(name).steps.map(({ step }) => step)));
  expect([...seen].sort()).toEqual(Object.keys(stepKinds).sort());
});

describe.each(names)('%s', (name) => {
  const vector = readVector(name);

  test.each([9, 13, 21])('transforms as scikit-learn, given its fitted values, at ai.onnx %i', async (opset) => {
    const run = new StepRun(vector, vector.fitted, opset);
    const { values } = await run.compute(vector.columns, vector.rows);
    expect(differenceFromExpected(values, vector)).toEqual([]);
    if (vector.outliers === undefined) return;
    const marks = await run.outliers(vector.rows);
    const isOutlier = vector.outliers.map((_, row) =>
      marks.values.slice(row * marks.width, (row + 1) * marks.width).some((mark) => mark === 1),
    );
    expect(isOutlier).toEqual(vector.outliers);
  });

  test.each([1, 7, 100])('learns what scikit-learn learns from %i rows at a time', async (rowsEach) => {
    const run = new StepRun(vector, vector.fitted, 21);
    for (const [index, step] of vector.steps.entries()) {
      const fitted = vector.fitted[index];
      if (fitted === null || fitted === undefined) continue;
      const learned = await run.learn(index, vector.fitRows, rowsEach);
      expect(differenceFromFitted(learned, fitted, step, index === 0)).toEqual([]);
    }
  });
});
