import type { Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../local/devices/seeded-random.ts';
import { DoubleGraph, type Value } from '../../../src/core/graph/double-graph.ts';
import { newestOpset } from '../../../src/core/graph/operator-set.ts';
import { codesTensor, doubles, runGraph } from './run-model.ts';
import { ulpsBetween } from './ulps.ts';

const opsets = [9, 10, 11, 12, 13, 15, 17, 18, 21, newestOpset];
const { NaN: missing, POSITIVE_INFINITY: inf, MAX_VALUE: max } = Number;

const random = seededRandom(4);
/** Magnitudes from the smallest to the largest, of both signs. */
const anyMagnitude = Array.from({ length: 3_000 }, () => {
  const sign = random.uniform() < 0.5 ? -1 : 1;
  return sign * 10 ** (random.uniform() * 616 - 308);
});
const moderate = Array.from({ length: 3_000 }, (_, i) => (random.uniform() * 2 - 1) * (i % 2 === 0 ? 800 : 3));
const special = [
  ...[missing, inf, -inf, 0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3, 5e-324, -5e-324, 1e-300, -1e-300, 1e308, -1e308],
  ...[max, -max, 709.7, 710, -700, -708.4, -720, -745, -750, 750, -17, -37, -201, 1e-9, -1e-9, 1e-16, -1e-16, 2 ** -53],
  ...[-1 + 2 ** -53, -1 + 1e-10, -0.999, -1.0000000000000002, 4503599627370495.5, 4503599627370497, 2 ** 53 + 2, 0.1],
];
const numbers = [...special, ...moderate, ...anyMagnitude];
const pairs = special.flatMap((a) => special.map((b) => [a, b] as const));

type Build = (graph: DoubleGraph, a: Value, b: Value) => Value;

async function apply(opset: number, build: Build, feeds: Record<string, Tensor>, type?: 'bool' | 'string') {
  const graph = new DoubleGraph(opset);
  return runGraph(graph, build(graph, 'a', 'b'), feeds, type);
}

/** Demands the values within some ulps; the message names the first argument that fails. */
function expectClose(
  args: readonly (number | readonly [number, number])[],
  got: readonly unknown[],
  expected: readonly number[],
  ulps: number,
) {
  expect(got).toHaveLength(expected.length);
  const wrong = args.flatMap((arg, i) => {
    const distance = ulpsBetween(got[i] as number, expected[i]!);
    return distance > ulps ? [`f(${arg}) = ${got[i]}, not ${expected[i]}: ${distance} ulp`] : [];
  });
  expect(wrong.slice(0, 5)).toEqual([]);
}

/** Halves to even, which JavaScript's own Math.round does not do. */
function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return x - floor < 0.5 ? floor : Math.ceil(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The sign of a zero is left open by some functions. */
const withoutSignOfZero = (values: readonly unknown[]) => values.map((value) => (value as number) + 0);

/** Python's float %: the remainder has the sign of b. */
function floorMod(a: number, b: number): number {
  const left = a % b;
  return (left !== 0 && left < 0 !== b < 0 ? left + b : left) + 0;
}

const unary: readonly [string, (x: number) => number, number][] = [
  ['neg', (x) => -x, 0],
  ['abs', Math.abs, 0],
  ['sqrt', Math.sqrt, 0],
  ['floor', Math.floor, 0],
  ['ceil', Math.ceil, 0],
  ['sign', (x) => Math.sign(x) + 0, 0],
  ['exp', Math.exp, 2],
  ['log', Math.log, 2],
  ['tanh', Math.tanh, 8],
  ['sigmoid', (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))), 4],
  ['log1p', Math.log1p, 4],
  ['expm1', Math.expm1, 5],
];

describe.each(opsets)('at ai.onnx %i', (opset) => {
  test.each(unary)('%s is right over the whole range of float64', async (name, expected, ulps) => {
    const { data } = await apply(opset, (graph, a) => graph[name as 'exp'](a), { a: doubles(numbers) });
    expectClose(numbers, data, numbers.map(expected), ulps);
  });

  test('round takes halves to the even integer', async () => {
    const { data } = await apply(opset, (graph, a) => graph.round(a), { a: doubles(numbers) });
    expectClose(numbers, withoutSignOfZero(data), withoutSignOfZero(numbers.map(roundHalfToEven)) as number[], 0);
  });

  test.each<[string, (a: number, b: number) => number]>([
    ['add', (a, b) => a + b],
    ['sub', (a, b) => a - b],
    ['mul', (a, b) => a * b],
    ['div', (a, b) => a / b],
    ['max', Math.max],
    ['min', Math.min],
  ])('%s passes NaN and infinities on as in numpy', async (name, expected) => {
    const feeds = { a: doubles(pairs.map(([a]) => a)), b: doubles(pairs.map(([, b]) => b)) };
    const { data } = await apply(opset, (graph, a, b) => graph[name as 'add'](a, b), feeds);
    const isExtreme = name === 'max' || name === 'min';
    const right = pairs.map(([a, b]) => expected(a, b));
    if (isExtreme) expectClose(pairs, withoutSignOfZero(data), withoutSignOfZero(right) as number[], 0);
    else expectClose(pairs, data, right, 0);
  });

  test('-0 stays -0 in functions that are x near 0', async () => {
    for (const name of ['log1p', 'expm1', 'tanh', 'sqrt', 'floor'] as const) {
      const { data } = await apply(opset, (graph, a) => graph[name](a), { a: doubles([-0, 0]) });
      expect(data).toEqual([-0, 0]);
    }
  });

  test('pow is right, and 1 where the base is 1 or the exponent 0, as in numpy', async () => {
    const many = Array.from(
      { length: 2_000 },
      () => [10 ** (random.uniform() * 40 - 20), random.normal(0, 8)] as const,
    );
    const both = [...pairs, ...many];
    const feeds = { a: doubles(both.map(([a]) => a)), b: doubles(both.map(([, b]) => b)) };
    const { data } = await apply(opset, (graph, a, b) => graph.pow(a, b), feeds);
    const expected = both.map(([a, b]) => (a === 1 || (a === -1 && Math.abs(b) === inf) ? 1 : a ** b));
    expectClose(both, data, expected, 1);
    for (const exponent of [0.5, 2, 3, -1]) {
      const one = await apply(opset, (graph, a) => graph.pow(a, graph.number(exponent)), { a: doubles(numbers) });
      expectClose(
        numbers,
        one.data,
        numbers.map((x) => x ** exponent),
        1,
      );
    }
  });

  test.each<[string, (a: number, b: number) => boolean]>([
    ['less', (a, b) => a < b],
    ['greater', (a, b) => a > b],
    ['lessOrEqual', (a, b) => a <= b],
    ['greaterOrEqual', (a, b) => a >= b],
    ['equal', (a, b) => a === b],
  ])('%s is false with NaN', async (name, expected) => {
    const feeds = { a: doubles(pairs.map(([a]) => a)), b: doubles(pairs.map(([, b]) => b)) };
    const { data } = await apply(opset, (graph, a, b) => graph[name as 'less'](a, b), feeds, 'bool');
    expect(data).toEqual(pairs.map(([a, b]) => Number(expected(a, b))));
  });

  test('isNaN, isFinite, and, or, not, anyColumn and everyColumn judge rows', async () => {
    const rows = [1, missing, inf, 2, 3, 4, missing, -inf];
    const a = doubles(rows, 2);
    const judge = async (build: Build) => (await apply(opset, build, { a }, 'bool')).data;
    expect(await judge((graph, x) => graph.isNaN(x))).toEqual([0, 1, 0, 0, 0, 0, 1, 0]);
    expect(await judge((graph, x) => graph.isFinite(x))).toEqual([1, 0, 0, 1, 1, 1, 0, 0]);
    expect(await judge((graph, x) => graph.everyColumn(graph.isFinite(x)))).toEqual([0, 0, 1, 0]);
    expect(await judge((graph, x) => graph.anyColumn(graph.isFinite(x)))).toEqual([1, 1, 1, 0]);
    expect(await judge((graph, x) => graph.and(graph.isFinite(x), graph.not(graph.less(x, graph.number(2)))))).toEqual([
      0, 0, 0, 1, 1, 1, 0, 0,
    ]);
    expect(await judge((graph, x) => graph.or(graph.isNaN(x), graph.isFinite(x)))).toEqual([1, 1, 0, 1, 1, 1, 1, 0]);
  });

  test('clip keeps NaN and takes open bounds', async () => {
    const { data } = await apply(opset, (graph, a) => graph.clip(a, graph.row([-1, -inf]), graph.row([1, 1])), {
      a: doubles([-5, -5, missing, missing, 5, 5, -0, 0.5], 2),
    });
    expect(data).toEqual([-1, -5, missing, missing, 1, 1, -0, 0.5]);
  });

  test('mod is exact and has the sign of the divisor', async () => {
    const many = Array.from({ length: 2_000 }, () => [random.normal(0, 1e6), random.normal(0, 50)] as const);
    const times = Array.from({ length: 500 }, () => [Math.floor(random.normal(0, 1e12)), 86_400_000] as const);
    const edges = [
      [0.6, 0.2],
      [0.3, 0.1],
      [-1, 7],
      [6, -4],
      [5, 5],
      [-5, 5],
      [missing, 2],
      [3, inf],
      [1, 0],
      [inf, 2],
    ] as const;
    const multiples = Array.from({ length: 1_000 }, (_, i) => [i * 0.1, 0.1] as const);
    const both = [...edges, ...multiples, ...many, ...times];
    const feeds = { a: doubles(both.map(([a]) => a)), b: doubles(both.map(([, b]) => b)) };
    const { data } = await apply(opset, (graph, a, b) => graph.mod(a, b), feeds);
    expectClose(
      both,
      data,
      both.map(([a, b]) => floorMod(a, b)),
      0,
    );
  });

  test('sin and cos are right to the last digits, near their zeros too', async () => {
    const hours = Array.from({ length: 480 }, (_, i) => (2 * Math.PI * (i - 240)) / 24);
    const angles = [...moderate, ...moderate.map((x) => x * 1e5), ...hours, 0, 1e-300];
    const zeros = Array.from({ length: 200 }, (_, i) => ((i - 100) * Math.PI) / 2);
    const large = [1e9, -1e15, 1e300, missing, inf];
    for (const name of ['sin', 'cos'] as const) {
      const expectWithin = async (args: number[], ulps: number) => {
        const { data } = await apply(opset, (graph, a) => graph[name](a), { a: doubles(args) });
        expectClose(args, withoutSignOfZero(data), withoutSignOfZero(args.map(Math[name])) as number[], ulps);
      };
      await expectWithin(angles, 5);
      // What is left of an angle there is itself known to so many digits only.
      await expectWithin(zeros, 100);
      await expectWithin(large, 50);
    }
  });

  test('columns, concat, sums, repeated rows and lists move numbers unchanged', async () => {
    const a = doubles([1, 2, 3, 4, missing, -0], 3);
    const take = (build: Build) => apply(opset, build, { a });
    expect(await take((graph, x) => graph.columns(x, [2, 0, 2]))).toEqual({
      data: [3, 1, 3, -0, 4, -0],
      dims: [2, 3],
    });
    expect((await take((graph, x) => graph.concat([x, graph.columns(x, [0])]))).dims).toEqual([2, 4]);
    expect(await take((graph, x) => graph.sumColumns(x, 3))).toEqual({ data: [6, missing], dims: [2, 1] });
    expect(await take((graph, x) => graph.repeatRow(graph.row([7, 8]), x))).toEqual({
      data: [7, 8, 7, 8],
      dims: [2, 2],
    });
    const graph = new DoubleGraph(opset);
    const list = graph.toList(graph.columns('a', [0]));
    expect(await runGraph(graph, list, { a }, 'float64', 1)).toEqual({ data: [1, 4], dims: [2] });
    expect((await take((each, x) => each.matMul(x, each.matrix(3, 1, [1, 10, 100])))).data).toEqual([321, missing]);
  });

  test('codes become texts and numbers; missing and unknown ones the absent value', async () => {
    const a = codesTensor([0, 2, -1, 1, -2, 0], 2);
    const words = ['', 'b', 'ü'];
    const { data } = await apply(opset, (graph, x) => graph.gatherTexts(x, words, 'none'), { a }, 'string');
    expect(data).toEqual(['', 'ü', 'none', 'b', 'none', '']);
    const texts = await apply(opset, (graph, x) => graph.gatherTexts(x, words), { a }, 'string');
    expect(texts.data).toEqual(['', 'ü', '', 'b', '', '']);
    expect((await apply(opset, (graph, x) => graph.numberOfCode(x), { a })).data).toEqual([
      0,
      2,
      missing,
      1,
      missing,
      0,
    ]);
    const numbered = await apply(opset, (graph, x) => graph.gatherNumbers(x, [5, 6, 7], -1), { a });
    expect(numbered).toEqual({ data: [5, 7, -1, 6, -1, 5], dims: [3, 2] });
    const oneHot = await apply(
      opset,
      (graph, x) => graph.toDouble(graph.equalCodes(graph.columns(x, [0]), graph.codes([0, 1, 2]))),
      { a },
    );
    expect(oneHot).toEqual({ data: [1, 0, 0, 0, 0, 0, 0, 0, 0], dims: [3, 3] });
  });

  test('no rows give no rows', async () => {
    const { dims } = await apply(opset, (graph, a) => graph.sumColumns(graph.log1p(graph.sigmoid(a)), 2), {
      a: doubles([], 2),
    });
    expect(dims).toEqual([0, 1]);
  });
});

/** What DoubleGraph promises of every function that ONNX Runtime computes by packets. */
test.each(['exp', 'log', 'tanh', 'sin', 'cos', 'sigmoid', 'log1p', 'expm1'] as const)(
  '%s gives a row the same bits alone and in a batch of any size',
  async (name) => {
    for (const [opset, columns] of [
      [9, 1],
      [17, 3],
    ] as const) {
      const rows = 21;
      const values = Array.from({ length: rows * columns }, () => Math.abs(random.normal(0, 9)));
      // Neighbours that send a whole packet another way, if anything does.
      [missing, 40, 1e-320, 700, 1e6, 0, inf].forEach((value, i) => {
        values[(3 * i + 1) * columns] = value;
      });
      const run = async (part: number[]) =>
        (await apply(opset, (graph, a) => graph[name](a), { a: doubles(part, columns) })).data;
      const whole = await run(values);
      for (const [from, to] of [
        [0, 1],
        [1, 2],
        [3, 5],
        [4, 9],
        [7, 14],
        [20, 21],
      ] as const) {
        const part = await run(values.slice(from * columns, to * columns));
        expect(part).toEqual(whole.slice(from * columns, to * columns));
      }
    }
  },
);

test('sums and products of rows are the same bits alone and in a batch', async () => {
  for (const columns of [3, 9, 17, 40]) {
    const values = Array.from({ length: 65 * columns }, () => random.normal(0, 1));
    const factors = Array.from({ length: columns }, () => random.normal(0, 1));
    for (const build of [
      (graph: DoubleGraph, a: Value) => graph.sumColumns(a, columns),
      (graph: DoubleGraph, a: Value) => graph.matMul(a, graph.matrix(columns, 1, factors)),
    ]) {
      const whole = (await apply(17, build, { a: doubles(values, columns) })).data;
      for (let row = 0; row < 65; row += 7) {
        const alone = await apply(17, build, { a: doubles(values.slice(row * columns, (row + 1) * columns), columns) });
        expect(alone.data).toEqual([whole[row]]);
      }
    }
  }
});

test('equal constants are stored once, -0 and 0 are two', () => {
  const graph = new DoubleGraph(17);
  expect(graph.row([0, 1])).toBe(graph.row([0, 1]));
  expect(graph.number(0)).not.toBe(graph.number(-0));
  expect(graph.texts(['1', '2'])).not.toBe(graph.texts(['1,2']));
  expect(graph.constants).toHaveLength(5);
});

test('a version without the operators is refused', () => {
  expect(() => new DoubleGraph(8)).toThrow('ai.onnx 8');
  expect(() => new DoubleGraph(newestOpset + 1)).toThrow(RangeError);
});
