import { TensorProto_DataType } from 'onnx-buf';
import { expect, test } from 'vitest';
import { inspectModel } from '../../../../src/core/graph/inspect.ts';
import { node, tensor, valueInfo } from '../../../../src/core/graph/nodes.ts';
import { castFloat16 } from '../../../../src/core/graph/repair/float16.ts';
import { floats, modelOf, runModel } from '../run-model.ts';

const { FLOAT, FLOAT16 } = TensorProto_DataType;

test('a float16 model takes and gives float32, rounded inside', async () => {
  const model = modelOf(
    {
      node: [node('Add', ['x', 'x'], ['y']), node('Identity', ['x'], ['same'])],
      input: [valueInfo('x', FLOAT16, ['batch', 2])],
      output: [
        valueInfo('y', FLOAT16, ['batch', 2]),
        valueInfo('same', FLOAT16, ['batch', 2]),
        valueInfo('x', FLOAT16, ['batch', 2]),
      ],
    },
    { '': 13 },
  );
  const { model: repaired, changes } = castFloat16(model);
  expect(changes[0]).toBe('The input "x" is float16: it takes float32 now, which is cast inside.');
  expect(changes).toHaveLength(4);
  const facts = inspectModel(repaired);
  expect([...facts.inputs, ...facts.outputs].map(({ name, type }) => [name, type])).toEqual([
    ['x', 'float32'],
    ['y', 'float32'],
    ['same', 'float32'],
    ['x', 'float32'],
  ]);
  expect(facts.inputs[0]?.shape).toEqual(['batch', 2]);
  const outputs = await runModel(repaired, { x: floats([1, 0.1], 2) });
  const rounded = 0.0999755859375;
  expect(Array.from(outputs.y!.data as Float32Array)).toEqual([2, 2 * rounded]);
  expect(Array.from(outputs.same!.data as Float32Array)).toEqual([1, rounded]);
  // What was declared before is what the model still says.
  expect(inspectModel(model).inputs[0]?.type).toBe('float16');
});

test('weights in float16 stay, and a model of float32 is left as it is', () => {
  const half = tensor('w', [2], Float32Array.of(1, 2));
  half.dataType = FLOAT16;
  const model = modelOf(
    {
      node: [node('Cast', ['w'], ['v'], { to: 1n }), node('Add', ['x', 'v'], ['y'])],
      initializer: [half],
      input: [valueInfo('x', FLOAT, ['N', 2]), valueInfo('w', FLOAT16, [2])],
      output: [valueInfo('y', FLOAT, ['N', 2])],
    },
    { '': 13 },
  );
  expect(castFloat16(model)).toEqual({ model, changes: [] });
});
