import { create } from '@bufbuild/protobuf';
import { type NodeProto, StringStringEntryProtoSchema, type TensorProto, TensorProto_DataType } from 'onnx-buf';
import { expect, test } from 'vitest';
import { classNames } from '../../../src/core/graph/class-names.ts';
import { node, tensor, valueInfo } from '../../../src/core/graph/nodes.ts';
import { linearClassifier, zipMapModel } from './classifiers.ts';
import { modelOf } from './run-model.ts';

const { FLOAT, INT64 } = TensorProto_DataType;

const classesOf = (nodes: NodeProto[], initializer: TensorProto[] = []) =>
  Object.fromEntries(
    classNames(
      modelOf(
        {
          node: nodes,
          initializer,
          input: [valueInfo('x', FLOAT, ['N', 2])],
          output: [valueInfo('label', INT64, ['N']), valueInfo('p', FLOAT, ['N', 3])],
        },
        { '': 13, 'ai.onnx.ml': 3 },
      ),
    ),
  );

test('classes come from the classifier, through casts and normalizers', () => {
  const nodes = [
    linearClassifier('raw', 'scores', { classlabels_ints: [3n, 1n, 2n] }),
    node('Cast', ['raw'], ['label'], { to: 7n }),
    node('Normalizer', ['scores'], ['p'], { norm: 'L1' }, 'ai.onnx.ml'),
  ];
  expect(classesOf(nodes)).toEqual({ label: ['3', '1', '2'], p: ['3', '1', '2'] });
});

test.each(['TreeEnsembleClassifier', 'SVMClassifier'])('classes of %s are found', (opType) => {
  const attribute = opType === 'SVMClassifier' ? 'classlabels_ints' : 'classlabels_int64s';
  expect(classesOf([node(opType, ['x'], ['label', 'p'], { [attribute]: [0n, 1n] }, 'ai.onnx.ml')])).toEqual({
    label: ['0', '1'],
    p: ['0', '1'],
  });
});

test('an encoder at the end renames the classes in their order', () => {
  const nodes = [
    linearClassifier('raw', 'p', { classlabels_ints: [0n, 1n, 2n] }),
    node(
      'LabelEncoder',
      ['raw'],
      ['label'],
      { keys_int64s: [2n, 0n, 1n], values_strings: ['c', 'a', 'b'] },
      'ai.onnx.ml',
    ),
  ];
  expect(classesOf(nodes)).toEqual({ label: ['a', 'b', 'c'], p: ['0', '1', '2'] });
});

test('classes that are picked out of a constant are found', () => {
  const nodes = [
    node('ArgMax', ['x'], ['best'], { axis: 1n }),
    node('ArrayFeatureExtractor', ['classes', 'best'], ['picked'], {}, 'ai.onnx.ml'),
    node('Reshape', ['picked', 'flat'], ['label']),
    node('Identity', ['x'], ['p']),
  ];
  expect(classesOf(nodes, [tensor('classes', [2], ['no', 'yes']), tensor('flat', [1], BigInt64Array.of(-1n))])).toEqual(
    { label: ['no', 'yes'] },
  );
});

test('outputs of a model that does not classify have none, and a circle ends', () => {
  expect(classesOf([node('Neg', ['x'], ['label']), node('Abs', ['x'], ['p'])])).toEqual({});
  expect(classesOf([node('Identity', ['p'], ['label']), node('Identity', ['label'], ['p'])])).toEqual({});
});

test('metadata keeps names, unless somebody wrote something else there', () => {
  const model = zipMapModel();
  const keep = (value: string) =>
    model.metadataProps.splice(
      0,
      1,
      create(StringStringEntryProtoSchema, { key: 'sluice.classes.output_label', value }),
    );
  keep('["a","b","c"]');
  expect(classNames(model).get('output_label')).toEqual(['a', 'b', 'c']);
  for (const broken of ['{', '7', '["a",1]']) {
    keep(broken);
    expect(classNames(model).get('output_label')).toBeUndefined();
  }
  expect(classNames(model).get('output_probability')).toEqual(['low', 'mid', 'high']);
});
