import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExpression } from '../../../src/core/derive/parse-expression.ts';
import { limits } from '../../../src/core/limits.ts';
import { hasAi4iFile, readAi4iFile } from '../../models/ai4i-file.ts';
import { opsets, runExpressions } from './run-expression.ts';

const { NaN: missing } = Number;

/** A formula as this test has it: how it is written, how tightly it holds, and what it is for given columns. */
interface Formula {
  readonly text: string;
  readonly strength: number;
  readonly of: (columns: Readonly<Record<string, number>>) => number;
}

const anyMissing = (...values: readonly number[]) => values.some(Number.isNaN);
const truth = (value: number) => (Number.isNaN(value) ? undefined : value !== 0);
const number = (value: boolean | undefined) => (value === undefined ? missing : Number(value));

function and(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  if (a === false || b === false) return false;
  return a === undefined || b === undefined ? undefined : true;
}

function round(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** What is exact in every implementation of IEEE 754, so that results are compared bit by bit. */
const binary: Readonly<Record<string, readonly [number, (a: number, b: number) => number]>> = {
  '+': [5, (a, b) => a + b],
  '-': [5, (a, b) => a - b],
  '*': [6, (a, b) => a * b],
  '<': [4, (a, b) => (anyMissing(a, b) ? missing : Number(a < b))],
  '<=': [4, (a, b) => (anyMissing(a, b) ? missing : Number(a <= b))],
  '>': [4, (a, b) => (anyMissing(a, b) ? missing : Number(a > b))],
  '>=': [4, (a, b) => (anyMissing(a, b) ? missing : Number(a >= b))],
  '==': [4, (a, b) => (anyMissing(a, b) ? missing : Number(a === b))],
  '!=': [4, (a, b) => (anyMissing(a, b) ? missing : Number(a !== b))],
  and: [2, (a, b) => number(and(truth(a), truth(b)))],
  or: [1, (a, b) => 1 - number(and(truth(1 - number(truth(a))), truth(1 - number(truth(b)))))],
};

const functions: Readonly<Record<string, readonly [number, (...operands: number[]) => number]>> = {
  min: [2, Math.min],
  max: [3, Math.max],
  abs: [1, Math.abs],
  sqrt: [1, Math.sqrt],
  floor: [1, Math.floor],
  round: [1, round],
  if: [3, (c, a, b) => (truth(c) === undefined ? missing : truth(c) ? a! : b!) as number],
};

const bracketed = ({ text, strength }: Formula, least: number) => (strength < least ? `(${text})` : text);

const columns = ['x', 'y', '`the z`'];
const leaf: fc.Arbitrary<Formula> = fc.oneof(
  fc.constantFrom(...columns).map((name) => ({
    text: name,
    strength: 9,
    of: (row: Readonly<Record<string, number>>) => row[name.replaceAll('`', '')]!,
  })),
  fc.constantFrom('0', '1', '0.5', '3', '1e6').map((text) => ({ text, strength: 9, of: () => Number(text) })),
);

const { formula } = fc.letrec<{ formula: Formula }>((tie) => {
  const operator = fc
    .tuple(fc.constantFrom(...Object.keys(binary)), tie('formula'), tie('formula'))
    .map(([word, a, b]): Formula => {
      const [strength, evaluate] = binary[word]!;
      // Comparisons do not stand in a chain.
      const left = bracketed(a, strength === 4 ? 5 : strength);
      return {
        text: `${left} ${word} ${bracketed(b, strength + 1)}`,
        strength,
        of: (row) => evaluate(a.of(row), b.of(row)),
      };
    });
  const call = fc
    .tuple(fc.constantFrom(...Object.keys(functions)), tie('formula'), tie('formula'), tie('formula'))
    .map(([name, ...all]): Formula => {
      const [count, evaluate] = functions[name]!;
      const operands = all.slice(0, count);
      return {
        text: `${name}(${operands.map(({ text }) => text).join(', ')})`,
        strength: 9,
        of: (row) => evaluate(...operands.map((operand) => operand.of(row))),
      };
    });
  // The sign of a zero says nothing in this language, so nothing is divided by one.
  const quotient = fc.tuple(tie('formula'), tie('formula')).map(
    ([a, b]): Formula => ({
      text: `${bracketed(a, 6)} / max(abs(${b.text}), 0.25)`,
      strength: 6,
      of: (row) => a.of(row) / Math.max(Math.abs(b.of(row)), 0.25),
    }),
  );
  const minus = tie('formula').map((a): Formula => ({ text: `-${bracketed(a, 7)}`, strength: 7, of: (r) => -a.of(r) }));
  const not = tie('formula').map(
    (a): Formula => ({
      text: `not ${bracketed(a, 3)}`,
      strength: 3,
      of: (row) => 1 - number(truth(a.of(row))),
    }),
  );
  const square = tie('formula').map(
    (a): Formula => ({ text: `${bracketed(a, 9)} ^ 2`, strength: 8, of: (row) => a.of(row) * a.of(row) }),
  );
  return { formula: fc.oneof({ maxDepth: 4 }, leaf, operator, operator, call, quotient, minus, not, square) };
});

const interesting = [missing, 0, 1, -1, 0.5, -2.5, 3, 1e6, 1e300, -1e-300, 0.1 + 0.2];
const rows = {
  x: interesting.flatMap((x) => interesting.map(() => x)),
  y: interesting.flatMap(() => interesting),
  'the z': interesting.flatMap((_, i) => interesting.map((_, j) => interesting[(3 * i + 5 * j) % interesting.length]!)),
};
const rowOf = (i: number) => ({ x: rows.x[i]!, y: rows.y[i]!, 'the z': rows['the z'][i]! });

test.each(opsets)('opset %i computes what the formula says, missing values included', async (opset) => {
  // Constant parts that are not finite are refused, which the tests of the reader show.
  const readable = formula.filter(({ text }) => {
    const read = parseExpression(text);
    return !('code' in read && /^(a finite number|an expression with at least one column) at/.test(read.expected));
  });
  await fc.assert(
    fc.asyncProperty(fc.array(readable, { minLength: 1, maxLength: 12 }), async (formulas) => {
      const results = await runExpressions(
        opset,
        formulas.map(({ text }) => text),
        rows,
      );
      formulas.forEach(({ text, of }, i) => {
        const expected = rows.x.map((_, row) => of(rowOf(row)) + 0);
        expect(
          results[i]!.map((value) => value + 0),
          text,
        ).toEqual(expected);
      });
    }),
    { numRuns: 60 },
  );
});

/** Sine and cosine are as exact as their largest values; all others have all their digits. */
const close = (actual: number, expected: number, text: string) =>
  Object.is(actual, expected) ||
  Math.abs(actual - expected) <= 4.5e-16 * (/sin|cos/.test(text) ? 1 : Math.abs(expected));

test.each(opsets)('opset %i has functions with all their digits', async (opset) => {
  const x = [missing, -750, -30.5, -1, -1e-9, 0, 1e-20, 1e-9, 0.1, 0.7, 1, 2.5, 22, 1000.25, 1e5, 1e18, 1e300];
  const functionsOfOne: Record<string, (x: number) => number> = {
    'exp(x)': Math.exp,
    'log(x)': Math.log,
    'log1p(x)': Math.log1p,
    'sin(x)': Math.sin,
    'cos(x)': Math.cos,
    'x ^ 0.5': (a) => a ** 0.5,
    'x ^ 3': (a) => a ** 3,
    '2 ^ x': (a) => 2 ** a,
    'x ^ -1': (a) => 1 / a,
  };
  const texts = Object.keys(functionsOfOne);
  const results = await runExpressions(opset, texts, { x });
  texts.forEach((text, i) => {
    const wrong = x.flatMap((value, row) => {
      const [actual, expected] = [results[i]![row]!, functionsOfOne[text]!(value)];
      return close(actual, expected, text) ? [] : [{ value, actual, expected }];
    });
    expect(wrong, text).toEqual([]);
  });
});

test.each(opsets)('opset %i leaves the remainder with the sign of the divisor', async (opset) => {
  const values = [missing, -1e9, -25, -24, -0.3, 0, 0.1, 1, 5.5, 24, 86_399_999, 1e12];
  const x = values.flatMap((a) => values.map(() => a));
  const y = values.flatMap(() => values);
  const [result] = await runExpressions(opset, ['mod(x, y)'], { x, y });
  const expected = x.map((a, i) => (a % y[i]! !== 0 && a < 0 !== y[i]! < 0 ? (a % y[i]!) + y[i]! : a % y[i]!));
  expect(result!.map((value) => value + 0)).toEqual(expected.map((value) => value + 0));
});

test.each(opsets)('opset %i lets what is missing decide only where it matters', async (opset) => {
  const cases: [string, number, number, number][] = [
    // expression, x, y, result
    ['x and y', missing, 0, 0],
    ['x and y', 0, missing, 0],
    ['x and y', missing, 1, missing],
    ['x or y', missing, 1, 1],
    ['x or y', missing, 0, missing],
    ['not x', missing, 0, missing],
    ['x < y', missing, 1, missing],
    ['x != y', missing, 1, missing],
    ['not x < y', 1, missing, missing],
    ['if(x, y, 7)', missing, 1, missing],
    ['if(x, y, 7)', 0, missing, 7],
    ['if(x, y, 7)', 1, missing, missing],
    ['if(x < 1, 7, y)', 0, missing, 7],
    ['min(x, y)', missing, 1, missing],
    ['max(x, y)', 1, missing, missing],
    ['x ^ y', missing, 0, missing],
    ['x ^ y', 1, missing, missing],
    ['x ^ 0', missing, 1, missing],
    ['x ^ 2', missing, 1, missing],
    ['1 ^ x', missing, 1, missing],
    ['(x < y) + 1', 0, 1, 2],
    ['if(1, 2, x)', missing, 1, 2],
  ];
  for (const [text, x, y, expected] of cases) {
    const [result] = await runExpressions(opset, [text], { x: [x, x], y: [y, y] });
    expect(result, `${text} of ${x}, ${y}`).toEqual([expected, expected]);
  }
});

test.each(opsets)('opset %i keeps a product with a reciprocal as it is written', async (opset) => {
  const columnsOfOne = { x: [3, 7, 5], y: [49, 10, 11] };
  const texts = ['x * (1 / y)', '(0 + -x) * (1 / y)', '(1 / y) * (x * 1)', '(x - 0) * (sqrt(1) / y)'];
  const product = columnsOfOne.x.map((x, i) => x * (1 / columnsOfOne.y[i]!));
  const results = await runExpressions(opset, texts, columnsOfOne);
  expect(results).toEqual([product, product.map((value) => -value), product, product]);
});

test('the longest expression is compiled without an end of the stack', async () => {
  const count = limits.expressionCharactersMax / 2;
  const [result] = await runExpressions(13, [`x${'+x'.repeat(count - 1)}`], { x: [0.5, 2] });
  expect(result).toEqual([count / 2, count * 2]);
});

test.runIf(hasAi4iFile)('the heat dissipation rule marks exactly the 115 rows of the real file', async () => {
  const readings = readAi4iFile();
  const columnsOfFile = {
    process: readings.map(({ reading }) => reading.processTemperature),
    air: readings.map(({ reading }) => reading.airTemperature),
    rpm: readings.map(({ reading }) => reading.rotationalSpeed),
  };
  for (const opset of opsets) {
    const [marks] = await runExpressions(opset, ['process - air < 8.6 and rpm < 1380'], columnsOfFile);
    expect(marks!.filter((mark) => mark === 1)).toHaveLength(115);
    expect(marks).toEqual(readings.map(({ fired }) => Number(fired.includes('HDF'))));
  }
});
