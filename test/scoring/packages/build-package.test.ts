import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { TensorProto_DataLocation } from 'onnx-buf';
import { describe, expect, test } from 'vitest';
import { loadOnnxScorer } from '../../../src/adapters/onnx-scorer.ts';
import { tensor } from '../../../src/core/graph/nodes.ts';
import { writeOnnx } from '../../../src/core/graph/onnx-file.ts';
import { buildPackage } from '../../../src/scoring/packages/build-package.ts';
import { echoModel } from '../../core/pipeline/echo-model.ts';
import { openPackage } from './package-fixture.ts';

const input = [{ name: 'x', type: 'FLOAT', dims: ['N', 1] }] as const;
const manifest = {
  features: [{ name: 'a', type: 'number' }],
  model: { inputs: { x: ['a'] } },
  outputs: { x: { kind: 'vector', tensor: 'x_out' } },
};
const built = ['scoring.onnx', 'scoring.json', 'digests.json'];

test('a build writes the graph, what goes with it, and the seal last', async () => {
  const { folder } = openPackage(manifest, input);
  const report = await buildPackage(folder, loadOnnxScorer, 'sluice test');
  const seal = JSON.parse(readFileSync(folder.path('digests.json'), 'utf8'));
  expect(Object.keys(seal.files)).toEqual(['manifest.json', 'model.onnx', 'scoring.json', 'scoring.onnx']);
  expect(report).toMatchObject({ goldenRows: 0, manifest: { name: 'echo', version: 1 } });
});

test('a sealed version is not built again', async () => {
  const { folder } = openPackage(manifest, input);
  await buildPackage(folder, loadOnnxScorer, 'sluice test');
  await expect(buildPackage(folder, loadOnnxScorer, 'sluice test')).rejects.toMatchObject({ code: 'package.sealed' });
});

describe('nothing is sealed', () => {
  const sealed = async (change: (path: (name: string) => string) => void, changes: object = {}) => {
    const { folder } = openPackage({ ...manifest, ...changes }, input);
    change(folder.path);
    const failure = await buildPackage(folder, loadOnnxScorer, 'sluice test').catch((error: unknown) => error);
    expect(existsSync(folder.path('digests.json'))).toBe(false);
    return { failure, left: built.filter((name) => existsSync(folder.path(name))) };
  };

  test('of a model that reads files beside it, which nobody imported', async () => {
    const { failure, left } = await sealed((path) => {
      const model = echoModel(input);
      const weights = tensor('w', [1], Float32Array.of(0));
      weights.rawData = new Uint8Array();
      weights.dataLocation = TensorProto_DataLocation.EXTERNAL;
      model.graph?.initializer.push(weights);
      writeFileSync(path('model.onnx'), writeOnnx(model));
    });
    expect(failure).toMatchObject({ code: 'model.unsupported' });
    expect(left).toEqual([]);
  });

  test('of a file that is no model', async () => {
    const { failure, left } = await sealed((path) => writeFileSync(path('model.onnx'), 'not a model'));
    expect(failure).toMatchObject({ code: 'model.malformed' });
    expect(left).toEqual([]);
  });

  test('whose outputs are not those of the manifest', async () => {
    const { failure } = await sealed(() => {}, { outputs: { y: { kind: 'value', tensor: 'y' } } });
    expect(failure).toMatchObject({ code: 'model.mismatch', message: expect.stringContaining('/outputs/y/tensor') });
  });

  test('whose golden rows are answered otherwise', async () => {
    const { failure } = await sealed((path) => {
      const base64 = (data: Float64Array | Float32Array) => Buffer.from(data.buffer).toString('base64');
      const feeds = { numbers: { type: 'float64', dims: [2, 1], data: base64(Float64Array.of(1, 1)) } };
      const outputs = { x_out: { type: 'float32', dims: [2, 1], data: base64(Float32Array.of(2, 2)) } };
      const cases = [{ feeds, outputs }];
      const golden = { format: 1, tolerance: { absolute: 1e-6, relative: 0 }, cases };
      writeFileSync(path('golden.json'), JSON.stringify(golden));
    });
    expect(failure).toMatchObject({
      code: 'model.golden_failed',
      message: expect.stringMatching(/\/cases\/0\/outputs\/x_out\/data\/0: expected 2, got 1/),
    });
  });
});
