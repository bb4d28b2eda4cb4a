import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bin } from '../../../src/core/steps/bin.ts';
import type { Column } from '../../../src/core/steps/columns.ts';
import { StepRun } from './run-steps.ts';

const features = [
  { name: 'x', type: 'number' as const },
  { name: 'y', type: 'number' as const },
];
const x = [1, 2, 2, 3, 7, 8, 8.5, 20, 21, 100];
const table = { x, y: x.map(() => 4) };

const runOf = (step: object, fitted: unknown, opset = 13) =>
  new StepRun(
    { features, steps: [{ step: 'bin', features: ['x', 'y'], ...step }] as never, fitRows: table },
    [fitted],
    opset,
  );

test.each([
  [{ strategy: 'uniform' }, [1, 25.75, 50.5, 75.25, 100]],
  [{ strategy: 'quantile' }, [1, 2, 7.5, 20, 100]],
  [{ strategy: 'quantile', quantileMethod: 'linear' }, [1, 2.25, 7.5, 17.125, 100]],
  [{ strategy: 'kmeans' }, [1, 4.916666666666667, 14.166666666666668, 60.25, 100]],
])('%j learns the edges of KBinsDiscretizer, one bin for a constant column', async (step, edges) => {
  const learned = await runOf({ ...step, bins: 4, encode: 'ordinal' }, null).learn(0, table, 3);
  expect(learned).toEqual({ edges: [edges, ['-inf', 'inf']] });
});

test.each(['uniform', 'quantile', 'kmeans'])(
  '%s: numbers too far apart for a float64 are a fault',
  async (strategy) => {
    const rows = { x: [-1.7e308, 0, 1, 1.7e308], y: [1, 2, 3, 4] };
    const learned = await runOf({ strategy, bins: 3, encode: 'ordinal' }, null).learn(0, rows, 4);
    if (strategy === 'quantile')
      expect(learned).toMatchObject({ edges: [[-1.7e308, expect.any(Number), 1, 1.7e308], expect.any(Array)] });
    else expect(learned).toMatchObject({ code: 'fit.impossible', expected: expect.stringContaining('"x"') });
  },
);

test('quantiles that coincide make one bin', async () => {
  const rows = { x: [1, 1, 1, 1, 1, 1, 1, 1, 1, 2], y: x };
  const step = { strategy: 'quantile', bins: 3, encode: 'ordinal' };
  expect(await runOf(step, null).learn(0, rows, 10)).toMatchObject({ edges: [[1, 2], expect.any(Array)] });
});

const { NaN: missing, POSITIVE_INFINITY: infinite } = Number;
const given = {
  edges: [
    [0, 10, 20, 30],
    ['-inf', 'inf'],
  ],
};
const cells = [missing, -infinite, -5, 0, 9.999, 10, 15, 20, 29, 30, 99, infinite];
const expectedBins = [missing, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 2];

test.each([9, 13, 21])(
  'opset %i: a border belongs to the bin above, what lies outside to the first or last',
  async (opset) => {
    const rows = { x: cells, y: cells };
    const positions = await runOf({ strategy: 'uniform', encode: 'ordinal' }, given, opset).compute(['x', 'y'], rows);
    expect([...positions.values]).toEqual(cells.flatMap((cell, i) => [expectedBins[i], Number.isNaN(cell) ? cell : 0]));
    const indicators = await runOf({ strategy: 'uniform', encode: 'onehot' }, given, opset).compute(['x', 'y_0'], rows);
    expect([...indicators.values]).toEqual(
      cells.flatMap((cell, i) => [
        ...[0, 1, 2].map((bin) => Number(expectedBins[i] === bin)),
        Number(!Number.isNaN(cell)),
      ]),
    );
  },
);

test('edges given by hand need no learning', async () => {
  const run = runOf({ strategy: 'edges', edges: [0, 10, 20, 30], encode: 'ordinal' }, null);
  const { values } = await run.compute(['x'], { x: cells, y: cells });
  expect([...values]).toEqual(expectedBins);
  expect(await run.learn(0, table, 3)).toBeUndefined();
});

test('indicators mark the same bin as positions', async () => {
  const edges = fc.uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      edges,
      edges,
      fc.array(fc.integer({ min: -25, max: 25 }), { minLength: 1 }),
      async (a, b, numbers) => {
        const fitted = { edges: [a, b].map((list) => list.toSorted((m, n) => m - n)) };
        const rows = { x: numbers, y: numbers.toReversed() };
        const bins = await runOf({ strategy: 'uniform', encode: 'ordinal' }, fitted).compute(['x', 'y'], rows);
        const marks = await runOf({ strategy: 'uniform', encode: 'onehot' }, fitted).compute(['x', 'y'], rows);
        const widths = [a.length - 1, b.length - 1];
        const expected = Array.from(bins.values, (bin, i) =>
          Array.from({ length: widths[i % 2]! }, (_, j) => Number(j === bin)),
        );
        expect([...marks.values]).toEqual(expected.flat());
      },
    ),
    { numRuns: 25 },
  );
});

const columns = ['x', 'y'].map(
  (name): Column => ({ name, kind: 'number', value: 'v', index: 0, width: 2, mayBeMissing: true }),
);

const someBins = [0, 1];

test.each([
  ['one list for two columns', [someBins], '/values/edges'],
  ['falling borders', [someBins, [0, 2, 1, 5]], '/values/edges/1/2'],
  ['an infinite border between two bins', [[0, '-inf' as const, 1], someBins], '/values/edges/0/1'],
])('%s: a fault', (_, edges, path) => {
  const spec = bin.schema.parse({ step: 'bin', features: ['x'], strategy: 'uniform', encode: 'ordinal' });
  expect(bin.checkColumns(spec, { edges }, columns)).toMatchObject([{ code: 'manifest.invalid', path }]);
});

test('borders given by hand rise', () => {
  const spec = bin.schema.parse({
    step: 'bin',
    features: ['x'],
    strategy: 'edges',
    edges: [1, 3, 2],
    encode: 'ordinal',
  });
  expect(bin.check(spec)).toMatchObject([{ path: '/edges/2', expected: 'more than 3', got: '2' }]);
});
