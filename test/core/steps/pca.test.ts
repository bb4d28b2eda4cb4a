import { expect, test } from 'vitest';
import type { Column } from '../../../src/core/steps/columns.ts';
import { pca } from '../../../src/core/steps/pca.ts';
import { StepRun } from './run-steps.ts';

const names = ['a', 'b', 'c', 'd'];
const features = names.map((name) => ({ name, type: 'number' as const }));
const data = [
  [5.1, 3.5, 1.4, 0.2],
  [4.9, 3.0, 1.4, 0.2],
  [7.0, 3.2, 4.7, 1.4],
  [6.4, 3.2, 4.5, 1.5],
  [6.3, 3.3, 6.0, 2.5],
  [5.8, 2.7, 5.1, 1.9],
  [7.1, 3.0, 5.9, 2.1],
];
const tableOf = (rows: readonly (readonly (number | null)[])[]) =>
  Object.fromEntries(names.map((name, i) => [name, rows.map((row) => row[i]!)]));

/** What scikit-learn's PCA(2) learns. */
const fitted = {
  mean: [6.085714285714286, 3.1285714285714286, 4.142857142857143, 1.4],
  components: [
    [0.32749765408122977, -0.03209859593141328, 0.8613207577564497, 0.3870936824185826],
    [0.8946234912376636, 0.2042012428846124, -0.17140269632606672, -0.35856906869146943],
  ],
  variance: [5.142967362413912, 0.2403516206567731],
};

const runOf = (step: object, learned: unknown = null, opset = 13) =>
  new StepRun(
    { features, steps: [{ step: 'pca', features: names, as: 'p', ...step }] as never, fitRows: {} },
    [learned],
    opset,
  );

const near = (value: number | number[] | number[][]): unknown =>
  Array.isArray(value) ? value.map(near as never) : Number.isNaN(value) ? value : expect.closeTo(value, 12);

test.each([1, 2, 7])('learns the components of scikit-learn, %i rows at a time', async (rowsEach) => {
  const learned = await runOf({ components: 2 }).learn(0, tableOf(data), rowsEach);
  expect(learned).toEqual({
    mean: near(fitted.mean),
    components: near(fitted.components),
    variance: near(fitted.variance),
  });
});

test.each([
  [0.5, 1],
  [0.955, 2],
  [0.9999, 4],
  [undefined, 4],
])('a share of %d of the variance takes %i components', async (components, count) => {
  const learned = await runOf(components === undefined ? {} : { components }).learn(0, tableOf(data), 7);
  expect((learned as typeof fitted).components).toHaveLength(count);
});

test.each([9, 13, 21])('opset %i projects as scikit-learn; a missing value spoils its row alone', async (opset) => {
  const rows = tableOf([data[0]!, [null, 1, 1, 1], data[1]!]);
  const { values } = await runOf({}, fitted, opset).compute(['p'], rows);
  const { NaN: missing } = Number;
  const expected = [
    -3.161733663403156,
    0.09441901263270491,
    missing,
    missing,
    -3.211183896253695,
    -0.18660630705713377,
  ];
  expect([...values]).toEqual(expected.map((each) => near(each)));
  const whitened = await runOf({ whiten: true }, fitted, opset).compute(['p_0', 'p_1'], tableOf([data[0]!]));
  expect([...whitened.values]).toEqual(near([-1.394178557886051, 0.19259097293332048]));
});

test.each([
  ['a missing value', {}, [...data, [1, null, 1, 1]], '"b"'],
  ['too few rows', { components: 4 }, data.slice(0, 3), 'at least 4 rows'],
  ['one row', {}, data.slice(0, 1), 'at least 2 rows'],
])('%s: nothing is learned', async (_, step, rows, expected) => {
  expect(await runOf(step).learn(0, tableOf(rows), 5)).toMatchObject({
    code: 'fit.impossible',
    expected: expect.stringContaining(expected),
  });
});

const columns = names.map(
  (name, index): Column => ({ name, kind: 'number', value: 'v', index, width: 4, mayBeMissing: true }),
);

test.each([
  ['a mean too short', { ...fitted, mean: [1] }, '/values/mean'],
  ['a component too long', { ...fitted, components: [fitted.components[0]!, [1, 2, 3, 4, 5]] }, '/values/components/1'],
  ['a variance too many', { ...fitted, variance: [1, 2, 3] }, '/values/variance'],
  ['more components than columns', undefined, '/components'],
])('%s: a fault', (_, values, path) => {
  const spec = pca.schema.parse({ step: 'pca', features: names, as: 'p', components: 5 });
  expect(pca.checkColumns(spec, values, columns)).toMatchObject([{ code: 'manifest.invalid', path }]);
});
