import { describe, expect, test } from 'vitest';
import { scoresOf } from '../../../src/core/outputs/read-outputs.ts';
import type { Contract } from '../../../src/core/pipeline/contract.ts';
import type { Outputs, Tensor, TensorInfo } from '../../../src/core/tensor.ts';
import { exampleManifest } from '../example-manifest.ts';

const contract: Contract = { format: 1, inputTypes: {}, categories: {}, overflow: [], outliers: [] };

const infos: TensorInfo[] = [
  { name: 'label', type: 'int64', shape: ['N'] },
  { name: 'probabilities', type: 'float32', shape: ['N', 2] },
  { name: 'one', type: 'float32', shape: ['N', 1] },
  { name: 'words', type: 'string', shape: ['N'] },
];

const probabilities: Tensor = {
  type: 'float32',
  dims: [3, 2],
  data: Float32Array.of(0.75, 0.25, 0.5, 0.5, 0.25, 0.75),
};
const given: Outputs = {
  label: { type: 'int64', dims: [3], data: BigInt64Array.of(0n, 1n, 7n) },
  probabilities,
  one: { type: 'float32', dims: [3, 1], data: Float32Array.of(0.25, 0.5, 0.75) },
  words: { type: 'string', dims: [3], data: ['ok', 'failure', 'odd'] },
};

function read(outputs: object, tensors: Outputs = given, rows = 3, marks: Partial<Contract> = {}) {
  const compiled = scoresOf(exampleManifest({ outputs }), infos, { ...contract, ...marks });
  if (Array.isArray(compiled)) throw new Error(JSON.stringify(compiled));
  return compiled.read(tensors, rows, 3);
}

test.each([
  [{ kind: 'label', tensor: 'label' }, ['ok', 'failure', '7']],
  [{ kind: 'label', tensor: 'words' }, ['ok', 'failure', 'odd']],
  [{ kind: 'label', tensor: 'probabilities' }, ['ok', 'ok', 'failure']],
  [{ kind: 'label', tensor: 'probabilities', positive: 'failure', threshold: 0.5 }, ['ok', 'failure', 'failure']],
  [{ kind: 'label', tensor: 'one', positive: 'failure', threshold: 0.3 }, ['ok', 'failure', 'failure']],
  [{ kind: 'probability', tensor: 'probabilities', class: 'failure' }, [0.25, 0.5, 0.75]],
  [{ kind: 'probability', tensor: 'one', class: 'ok' }, [0.75, 0.5, 0.25]],
  [{ kind: 'value', tensor: 'one' }, [0.25, 0.5, 0.75]],
  [{ kind: 'value', tensor: 'probabilities', column: 1 }, [0.25, 0.5, 0.75]],
  [
    { kind: 'top', tensor: 'probabilities', k: 1 },
    [
      [{ class: 'ok', probability: 0.75 }],
      [{ class: 'ok', probability: 0.5 }],
      [{ class: 'failure', probability: 0.75 }],
    ],
  ],
  [
    { kind: 'vector', tensor: 'probabilities' },
    [
      [0.75, 0.25],
      [0.5, 0.5],
      [0.25, 0.75],
    ],
  ],
  [
    { kind: 'probabilities', tensor: 'probabilities' },
    [
      { ok: 0.75, failure: 0.25 },
      { ok: 0.5, failure: 0.5 },
      { ok: 0.25, failure: 0.75 },
    ],
  ],
])('%j', (output, values) => {
  expect(read({ out: output }).scores).toEqual(values.map((out) => ({ out })));
});

test('rows that were only fed to fill up are not read', () => {
  expect(read({ out: { kind: 'value', tensor: 'one' } }, given, 1).scores).toEqual([{ out: 0.25 }]);
});

test('only the tensors that a manifest names are fetched, each once', () => {
  const compiled = scoresOf(
    exampleManifest({
      outputs: { a: { kind: 'vector', tensor: 'probabilities' }, b: { kind: 'label', tensor: 'probabilities' } },
    }),
    infos,
    contract,
  );
  expect(compiled).toMatchObject({ fetches: ['probabilities'] });
});

describe('NaN and infinity are faults of their row, never a number and never hidden behind a label', () => {
  const broken: Outputs = {
    ...given,
    probabilities: {
      ...probabilities,
      data: Float32Array.of(0.75, 0.25, Number.NaN, 0.5, 0.25, Number.POSITIVE_INFINITY),
    },
  };
  test.each([[{ kind: 'vector', tensor: 'probabilities' }], [{ kind: 'probabilities', tensor: 'probabilities' }]])(
    '%j',
    (output) => {
      const { scores, faults } = read({ out: output }, broken);
      expect(scores.map((score) => score !== undefined)).toEqual([true, false, false]);
      expect([...faults].map(([row, fault]) => `${row} ${fault.code} ${fault.path}`)).toEqual([
        '1 output.not_finite /outputs/out',
        '2 output.not_finite /outputs/out',
      ]);
    },
  );
  test('a label by threshold', () => {
    const output = { kind: 'label', tensor: 'probabilities', positive: 'ok', threshold: 0.5 };
    expect([...read({ out: output }, broken).faults.keys()]).toEqual([1]);
  });
  test('a label by the largest', () => {
    expect([...read({ out: { kind: 'label', tensor: 'probabilities' } }, broken).faults.keys()]).toEqual([1]);
  });
});

describe('what the pipeline says of a row', () => {
  const bools = (...data: number[]): Tensor => ({
    type: 'bool',
    dims: [3, data.length / 3],
    data: Uint8Array.from(data),
  });
  const out = { kind: 'value', tensor: 'one' };

  test('a row that overflowed on its way to the model has no score; the column is named', () => {
    const tensors = { ...given, 'sluice/overflow': bools(0, 0, 0, 1, 0, 0) };
    const { scores, faults } = read({ out }, tensors, 3, { overflow: ['power', 'load'] });
    expect(scores).toEqual([{ out: 0.25 }, undefined, { out: 0.75 }]);
    expect([...faults]).toMatchObject([[1, { code: 'value.overflow', path: '/load' }]]);
  });

  test('an outlier is rejected or flagged, as its step says', () => {
    const tensors = { ...given, 'sluice/outliers-0': bools(0, 1, 0), 'sluice/outliers-1': bools(1, 0, 0, 0, 0, 1) };
    const outliers: Contract['outliers'] = [
      { step: '/steps/0', columns: ['torque'], action: 'reject' },
      { step: '/steps/1', columns: ['speed', 'wear'], action: 'flag' },
    ];
    const { scores, faults } = read({ out }, tensors, 3, { outliers });
    expect(scores).toEqual([
      { out: 0.25, outliers: { speed: true, wear: false } },
      undefined,
      { out: 0.75, outliers: { speed: false, wear: true } },
    ]);
    expect([...faults]).toMatchObject([[1, { code: 'feature.outlier', path: '/torque' }]]);
  });
});

test('a model that returns another number of values than rows is an error, not a shift', () => {
  const short: Outputs = { one: { type: 'float32', dims: [2], data: Float32Array.of(1, 2) } };
  expect(() => read({ out: { kind: 'value', tensor: 'one' } }, short)).toThrow(/"one" has 2 values for 3 rows/);
});

describe('a manifest that does not fit the model', () => {
  const faults = (outputs: object, changes: object = {}) => {
    const result = scoresOf(exampleManifest({ outputs, ...changes }), infos, contract);
    return Array.isArray(result) ? result.map(({ path, expected }) => `${path}: ${expected}`) : [];
  };
  test('an output that the model does not have', () => {
    expect(faults({ p: { kind: 'vector', tensor: 'probabilites' } })).toEqual([
      '/outputs/p/tensor: a tensor output of the model ("probabilities")',
    ]);
  });
  test('another number of classes', () => {
    expect(faults({ p: { kind: 'probabilities', tensor: 'probabilities' } }, { classes: ['a', 'b', 'c'] })).toEqual([
      '/classes: 2 names, as the output "probabilities" has columns',
    ]);
  });
  test('a single value where there are several', () => {
    expect(faults({ p: { kind: 'value', tensor: 'probabilities' } })).toEqual([
      '/outputs/p/kind: "vector", as the output "probabilities" has 2 columns',
    ]);
  });
  test('a column that there is not', () => {
    expect(faults({ p: { kind: 'value', tensor: 'probabilities', column: 2 } })).toEqual([
      '/outputs/p/column: a column below 2',
    ]);
  });
  test('numbers from strings', () => {
    expect(faults({ p: { kind: 'value', tensor: 'words' } })).toEqual(['/outputs/p/tensor: numbers']);
  });
});
