import { readFileSync } from 'node:fs';
import type { ModelProto } from 'onnx-buf';
import { InferenceSession } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { inspectModel } from '../../../src/core/graph/inspect.ts';
import { readOnnx } from '../../../src/core/graph/onnx-file.ts';
import { hasSharedData, sharedData } from '../../shared-data.ts';
import { zipMapModel } from './classifiers.ts';

test('what a model says of itself is read', () => {
  const model = zipMapModel();
  const facts = inspectModel(model);
  expect(facts).toMatchObject({
    irVersion: 8,
    opsets: { 'ai.onnx': 9, 'ai.onnx.ml': 1 },
    producer: 'test',
    metadata: {},
    operators: { Identity: 1, 'ai.onnx.ml.LinearClassifier': 1, 'ai.onnx.ml.ZipMap': 1 },
    nonTensorOutputs: ['output_probability'],
    // 6 coefficients and 3 intercepts.
    parameterBytes: 36,
  });
  expect(facts.inputs).toEqual([{ name: 'x', type: 'float32', isTensor: true, shape: ['batch', 2] }]);
  expect(facts.outputs.map(({ name, type, isTensor }) => [name, type, isTensor])).toEqual([
    ['output_label', 'string', true],
    ['output_probability', 'sequence', false],
  ]);
});

const models = [
  'ai4i-randomforest',
  'iris-mlp',
  'iris-randomforest-zipmap',
  'mnist-cntk',
  'mobilenet-v3-int8',
  'occupancy-logreg',
  'titanic-pipeline',
];

test.skipIf(!hasSharedData).each(models)('%s: inputs and outputs are as ONNX Runtime sees them', async (name) => {
  const bytes = readFileSync(sharedData('models', name, 'model.onnx'));
  const facts = inspectModel(readOnnx(bytes) as ModelProto);
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 });
  const seen = ({ inputMetadata, outputMetadata }: InferenceSession) =>
    [...inputMetadata, ...outputMetadata].map((each) =>
      each.isTensor ? [each.name, each.type, each.shape] : [each.name, 'sequence', []],
    );
  expect([...facts.inputs, ...facts.outputs].map((each) => [each.name, each.type, each.shape])).toEqual(seen(session));
  await session.release();
  expect(facts.parameterBytes).toBeGreaterThan(100);
  expect(facts.parameterBytes).toBeLessThan(bytes.length * 3);
});
