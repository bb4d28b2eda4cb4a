import { expect, test } from 'vitest';
import { modelNameOf } from '../../../src/core/import/model-name.ts';

test.each([
  ['/home/ada/titanic/model.onnx', 'titanic'],
  ['/home/ada/Pump_Failure v2.onnx', 'pump-failure-v2'],
  ['C:\\models\\Kühlung.onnx', 'kuhlung'],
  ['/mlruns/0/4f3a/artifacts/model', '4f3a'],
  ['/model.onnx', 'model'],
  ['/___.onnx', 'model'],
  [`/${'x'.repeat(100)}.onnx`, 'x'.repeat(63)],
])('%s is called %s', (path, name) => {
  expect(modelNameOf(path)).toBe(name);
});
