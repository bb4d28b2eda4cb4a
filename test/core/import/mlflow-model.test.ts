import { describe, expect, test } from 'vitest';
import { readInputExample, readMlflowModel } from '../../../src/core/import/mlflow-model.ts';

const onnx = { onnx: { data: 'model.onnx', onnx_version: '1.17.0' }, python_function: { data: 'model.onnx' } };
const withInputs = (...inputs: object[]) => ({ flavors: onnx, signature: { inputs: JSON.stringify(inputs) } });

describe('an MLmodel file', () => {
  test('says where the model is, what its columns are, and where its example is', () => {
    const document = {
      flavors: onnx,
      signature: {
        inputs: JSON.stringify([
          { type: 'double', name: 'petal length (cm)', required: true },
          { type: 'long', name: 'count', required: false },
          { type: 'boolean', name: 'wet' },
          { type: 'string', name: 'kind' },
          { type: 'datetime', name: 'at' },
          { type: { type: 'array' }, name: 'spectrum' },
        ]),
        outputs: JSON.stringify([{ type: 'long', name: 'label' }]),
        params: null,
      },
      saved_input_example_info: { artifact_path: 'input_example.json', type: 'dataframe' },
    };
    expect(readMlflowModel(document)).toEqual({
      modelFile: 'model.onnx',
      inputs: [
        { name: 'petal length (cm)', type: 'number', isRequired: true },
        { name: 'count', type: 'integer', isRequired: false },
        { name: 'wet', type: 'boolean', isRequired: true },
        { name: 'kind', type: 'text', isRequired: true },
        { name: 'at', type: 'timestamp', isRequired: true },
        { name: 'spectrum', type: undefined, isRequired: true },
      ],
      outputs: ['label'],
      exampleFile: 'input_example.json',
    });
  });

  test('with a signature of tensors, or none, or one that cannot be read, has no columns', () => {
    const tensor = { type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, 4] } };
    for (const document of [
      withInputs(tensor),
      withInputs({ ...tensor, name: 'X' }),
      { flavors: onnx, signature: null },
      { flavors: onnx, signature: { inputs: '[{', outputs: '{}' } },
    ]) {
      expect(readMlflowModel(document)).toMatchObject({ modelFile: 'model.onnx', inputs: undefined, outputs: [] });
    }
  });

  test('of another flavour leads to the file of that flavour', () => {
    const sklearn = { sklearn: { pickled_model: 'model.pkl' }, python_function: { model_path: 'model.pkl' } };
    expect(readMlflowModel({ flavors: sklearn })).toMatchObject({ modelFile: 'model.pkl' });
    expect(readMlflowModel({ flavors: { xgboost: { data: 'model.ubj' } } })).toMatchObject({ modelFile: 'model.ubj' });
  });

  test('that leads out of its folder, or is none, is refused', () => {
    for (const data of ['../model.onnx', '/etc/passwd', 'a/../../b', 'C:\\b.onnx', '\\\\host\\b.onnx', '']) {
      expect(readMlflowModel({ flavors: { onnx: { data } } }), data).toMatchObject({ code: 'model.malformed' });
    }
    for (const document of [null, 'text', 7, [], {}, { flavors: {} }, { flavors: { onnx: null } }]) {
      expect(readMlflowModel(document)).toMatchObject({ code: 'model.malformed', path: '/MLmodel' });
    }
    const outside = { flavors: onnx, saved_input_example_info: { artifact_path: '../../secrets.json' } };
    expect(readMlflowModel(outside)).toMatchObject({ code: 'model.malformed' });
  });
});

describe('an input example', () => {
  const rows = [
    { a: 1, b: 'x' },
    { a: 2, b: null },
  ];
  const split = {
    columns: ['a', 'b'],
    data: [
      [1, 'x'],
      [2, null],
    ],
  };

  test.each([
    ['a table', split],
    ['a table as it is sent', { dataframe_split: split }],
    ['records', rows],
    ['lists of values', split.data],
  ])('as %s gives records', (_, document) => {
    expect(readInputExample(document, ['a', 'b'])).toEqual(rows);
  });

  test('of another form, or with rows of another length, gives none', () => {
    for (const document of [null, 'x', { X: [[1]] }, [1, 2], [[1]], { columns: ['a'], data: [[1, 2]] }]) {
      expect(readInputExample(document, ['a', 'b'])).toEqual([]);
    }
  });
});
