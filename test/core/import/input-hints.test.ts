import type { NodeProto } from 'onnx-buf';
import { TensorProto_DataType } from 'onnx-buf';
import { describe, expect, test } from 'vitest';
import { node, tensor, valueInfo } from '../../../src/core/graph/nodes.ts';
import { inputHints } from '../../../src/core/import/input-hints.ts';
import { inputWidths } from '../../../src/core/import/input-widths.ts';
import type { TensorInfo } from '../../../src/core/tensor.ts';
import { modelOf } from '../../hostile/hostile-models.ts';

const ml = 'ai.onnx.ml';
const graphOf = (...nodes: NodeProto[]) =>
  modelOf({
    nodes,
    inputs: [valueInfo('x', TensorProto_DataType.FLOAT, ['N', 3])],
    outputs: [],
    constants: [
      tensor('second and first', [2], BigInt64Array.of(1n, 0n)),
      tensor('weights', [3, 5], new Float32Array(15)),
    ],
  }).graph!;
const hintsOf = (widths: Record<string, number>, ...nodes: NodeProto[]) =>
  inputHints(graphOf(...nodes), new Map(Object.entries(widths)));

describe('what operators tell of the columns of an input', () => {
  test('an encoder tells the texts or integers that it knows', () => {
    const hints = hintsOf(
      { sex: 1, class: 1, x: 2 },
      node('OneHotEncoder', ['sex'], ['a'], { cats_strings: ['female', 'male'] }, ml),
      node('LabelEncoder', ['class'], ['b'], { keys_int64s: [1n, 2n], values_floats: [0, 1] }, ml),
    );
    expect(hints.get('sex')).toEqual([{ keepsMissing: false, vocabulary: ['female', 'male'] }]);
    expect(hints.get('class')).toEqual([{ keepsMissing: false, vocabulary: ['1', '2'] }]);
    expect(hints.get('x')).toEqual([{ keepsMissing: false }, { keepsMissing: false }]);
  });

  test('an encoder that knows the empty text has an answer for what is missing', () => {
    const encoder = (...words: string[]) => node('OneHotEncoder', ['x'], ['y'], { cats_strings: words }, ml);
    expect(hintsOf({ x: 1 }, encoder('', 'a')).get('x')).toEqual([{ keepsMissing: true, vocabulary: ['a'] }]);
    expect(hintsOf({ x: 1 }, encoder('')).get('x')).toEqual([{ keepsMissing: false }]);
  });

  test('columns are followed through concatenation, selection, casts and scaling', () => {
    const hints = hintsOf(
      { a: 1, b: 1 },
      node('Concat', ['a', 'b'], ['both'], { axis: 1n }),
      node('Cast', ['both'], ['cast'], { to: 1n }),
      node('ArrayFeatureExtractor', ['cast', 'second and first'], ['turned'], {}, ml),
      node('Scaler', ['turned'], ['scaled'], { offset: [10, 20], scale: [1, 0.5] }, ml),
    );
    expect(hints.get('b')).toEqual([{ keepsMissing: false, range: [8, 12] }]);
    expect(hints.get('a')).toEqual([{ keepsMissing: false, range: [16, 24] }]);
  });

  test('an imputer and a question for NaN keep what is missing; an imputer of other marks does not', () => {
    const imputer = (mark: number) =>
      node('Imputer', ['x'], ['y'], { imputed_value_floats: [5], replaced_value_float: mark }, ml);
    expect(hintsOf({ x: 1 }, imputer(Number.NaN)).get('x')?.[0]?.keepsMissing).toBe(true);
    expect(hintsOf({ x: 1 }, imputer(-999)).get('x')?.[0]?.keepsMissing).toBe(false);
    expect(hintsOf({ x: 1 }, node('IsNaN', ['x'], ['y'])).get('x')?.[0]?.keepsMissing).toBe(true);
  });

  test('trees tell where they split, and whether they know a way for NaN', () => {
    const trees = (tracks: bigint[]) =>
      node(
        'TreeEnsembleRegressor',
        ['x'],
        ['y'],
        {
          nodes_modes: ['BRANCH_LEQ', 'BRANCH_LEQ', 'LEAF'],
          nodes_featureids: [1n, 1n, 0n],
          nodes_values: [10, 20, 0],
          nodes_missing_value_tracks_true: tracks,
        },
        ml,
      );
    const [first, second] = hintsOf({ x: 2 }, trees([0n, 0n, 0n])).get('x')!;
    expect(first).toEqual({ keepsMissing: false });
    expect(second).toEqual({ keepsMissing: false, range: [9, 21] });
    expect(hintsOf({ x: 2 }, trees([1n, 0n, 0n])).get('x')?.[1]?.keepsMissing).toBe(true);
  });

  test('numbers that a broken file claims cost nothing', () => {
    const trees = node(
      'TreeEnsembleRegressor',
      ['x'],
      ['y'],
      { nodes_modes: ['BRANCH_LEQ'], nodes_featureids: [2n ** 40n], nodes_values: [1] },
      ml,
    );
    expect(hintsOf({ x: 1 }, trees).get('x')).toHaveLength(1);
  });
});

describe('the number of columns of an input', () => {
  const info = (shape: TensorInfo['shape'], type: TensorInfo['type'] = 'float32', name = 'x'): TensorInfo => ({
    name,
    type,
    shape,
  });
  const widthOf = (shape: TensorInfo['shape'], nodes: NodeProto[] = [], told?: number) =>
    inputWidths(graphOf(...nodes), [info(shape)], told)?.get('x');

  test('is what is declared', () => {
    expect([widthOf(['N', 3]), widthOf(['N']), widthOf([1, 1])]).toEqual([3, 1, 1]);
  });

  test('is what the first operator behind it has, where nothing is declared', () => {
    const open = ['N', ''];
    expect(widthOf(open, [node('MatMul', ['x', 'weights'], ['y'])])).toBe(3);
    expect(widthOf(open, [node('Gemm', ['x', 'weights'], ['y'], { transB: 1n })])).toBe(5);
    expect(
      widthOf(open, [
        node('Cast', ['x'], ['c'], { to: 1n }),
        node('Scaler', ['c'], ['y'], { offset: [1, 2], scale: [1, 1] }, ml),
      ]),
    ).toBe(2);
    expect(
      widthOf(open, [node('LinearRegressor', ['x'], ['y'], { coefficients: [1, 2, 3, 4], targets: 2n }, ml)]),
    ).toBe(2);
    expect(widthOf(open, [node('Scaler', ['x'], ['y'], { offset: [1], scale: [1] }, ml)])).toBeUndefined();
    expect(widthOf(open, [node('Relu', ['x'], ['y'])])).toBeUndefined();
  });

  test('is what names are known for, where nothing else tells', () => {
    expect(widthOf(['N', ''], [], 4)).toBe(4);
  });

  test('is none for images, tokens, other types and what is too wide: the model takes tensors', () => {
    expect(widthOf(['N', 3, 224, 224])).toBeUndefined();
    expect(widthOf([])).toBeUndefined();
    expect(widthOf(['N', 10 ** 9])).toBeUndefined();
    expect(inputWidths(graphOf(), [info(['N', 3], 'uint8')], undefined)).toBeUndefined();
    expect(inputWidths(graphOf(), [info(['N', 128], 'int64', 'input_ids')], undefined)).toBeUndefined();
  });
});
