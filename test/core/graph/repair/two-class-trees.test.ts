import { expect, test } from 'vitest';
import { twoClassTreeWarning } from '../../../../src/core/graph/repair/two-class-trees.ts';
import { twoClassTree } from '../classifiers.ts';
import { floats, runModel } from '../run-model.ts';

const x = floats([-1, 0.5, 2]);

test('trees with weights for both of two classes are warned of, and their label is wrong indeed', async () => {
  const model = twoClassTree([0, 1, 0, 1, 0, 1], [1, 0, 0.75, 0.25, 0.25, 0.75]);
  expect(twoClassTreeWarning(model)).toContain('"label" names the second class wherever');
  const { label, probabilities } = await runModel(model, { x });
  expect(Array.from(probabilities!.data as Float32Array)).toEqual([1, 0, 0.75, 0.25, 0.25, 0.75]);
  // The day ONNX Runtime answers 0, 0, 1 the warning can go.
  expect(Array.from(label!.data as BigInt64Array)).toEqual([0n, 1n, 1n]);
});

test('trees with weights for one class are not warned of, and their label is right', async () => {
  const model = twoClassTree([0, 0, 0], [0, 0.25, 0.75]);
  expect(twoClassTreeWarning(model)).toBeUndefined();
  const { label } = await runModel(model, { x });
  expect(Array.from(label!.data as BigInt64Array)).toEqual([0n, 0n, 1n]);
});
