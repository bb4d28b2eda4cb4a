import { expect, test } from 'vitest';
import type { Expression } from '../../../src/core/derive/expression.ts';
import { namesIn, parseExpression } from '../../../src/core/derive/parse-expression.ts';
import { limits } from '../../../src/core/limits.ts';
import { expressionOf } from './run-expression.ts';

/** The tree with all its brackets, operators first. */
function written(expression: Expression): string {
  if (expression.kind === 'number') return String(expression.value);
  if (expression.kind === 'name') return expression.name;
  return `(${expression.operation} ${expression.operands.map(written).join(' ')})`;
}

test.each([
  ['a + b * c', '(+ a (* b c))'],
  ['(a + b) * c', '(* (+ a b) c)'],
  ['a - b - c', '(- (- a b) c)'],
  ['a / b * c', '(* (/ a b) c)'],
  ['a ^ b ^ c', '(^ a (^ b c))'],
  ['-a ^ b', '(negate (^ a b))'],
  ['a ^ -b ^ c', '(^ a (negate (^ b c)))'],
  ['-a * b', '(* (negate a) b)'],
  ['a - -b', '(- a (negate b))'],
  ['a * b ^ c / d', '(/ (* a (^ b c)) d)'],
  ['a + b < c - d', '(< (+ a b) (- c d))'],
  ['not a == b', '(not (== a b))'],
  ['not not a', '(not (not a))'],
  ['a or b and not c', '(or a (and b (not c)))'],
  ['a and b or c and d', '(or (and a b) (and c d))'],
  ['(a < b) == (c < d)', '(== (< a b) (< c d))'],
  ['if(a < 1, b, c) + 1', '(+ (if (< a 1) b c) 1)'],
  ['max(a, b, c)', '(max a b c)'],
  ['exp (a)', '(exp a)'],
])('%s is read as %s', (text, tree) => {
  expect(written(expressionOf(text))).toBe(tree);
});

test.each([
  ['a * (2 * pi / 24)', `(* a ${(2 * Math.PI) / 24})`],
  ['2 * pi / 24 * a', `(* ${(2 * Math.PI) / 24} a)`],
  ['a ^ (1 / 2)', '(^ a 0.5)'],
  ['a + -3', '(+ a -3)'],
  ['a + 1e-3 + .5 + 2.', '(+ (+ (+ a 0.001) 0.5) 2)'],
  ['a + min(3, 2, 4) * round(2.5) * (1 < 2 and not 0)', '(+ a 4)'],
])('what needs no column in %s is one number: %s', (text, tree) => {
  expect(written(expressionOf(text))).toBe(tree);
});

test('names are identifiers, or anything in backticks; a function is only what is called', () => {
  const expression = expressionOf('min + `Air temperature [K]` * `pi` + _x9 - `a``b` + min');
  expect(namesIn(expression)).toEqual(['min', 'Air temperature [K]', 'pi', '_x9', 'a`b']);
});

test.each([
  ['', 'a number, a name or "(" at character 1', 'the end'],
  ['a +', 'a number, a name or "(" at character 4', 'the end'],
  ['(a + b', 'an operator or ")" at character 7', 'the end'],
  ['a b', 'an operator or the end at character 3', '"b"'],
  ['2x', 'an operator or the end at character 2', '"x"'],
  ['a = b', '== for a comparison at character 3', '"="'],
  ['a && b', '"and" at character 3', '"&"'],
  ['a % b', 'mod(a, b) at character 3', '"%"'],
  [
    'a + "b"',
    'a number: texts cannot be computed with; a name with blanks stands in backticks at character 5',
    '"\\""',
  ],
  ['a + `b', 'a name and a second backtick at character 5', '"`"'],
  ['a + ß', 'a number, a name or an operator; other names stand in backticks at character 5', '"ß"'],
  ['a < b < c', '"and" between two comparisons, or brackets around one, at character 7', '"<"'],
  ['1 + not a', 'a number, a name or "(" at character 5', '"not"'],
  ['sqr(a)', 'a function ("sqrt") at character 1', '"sqr"'],
  ['constructor(a)', /^a function \("min", "max", .*\) at character 1$/, '"constructor"'],
  ['if(a, b)', 'if of 3 at character 1', '"2 of them"'],
  ['min(a)', 'min of 2 or more at character 1', '"1 of them"'],
  ['exp()', 'a number, a name or "(" at character 5', '")"'],
  ['a + 1e999', 'a finite number at character 5', '"1e999"'],
  ['a + 1 / 0', 'a finite number at character 7', '"/ of 1 and 0"'],
  ['a * sqrt(-1)', 'a finite number at character 5', '"sqrt of -1"'],
  ['2 * pi', 'an expression with at least one column at character 1', '"2 * pi"'],
])('%s is refused with the place and what was expected', (text, expected, got) => {
  const fault = parseExpression(text);
  expect(fault).toMatchObject({ code: 'expression.malformed', path: '', got });
  const says = (fault as { expected: string }).expected;
  if (typeof expected === 'string') expect(says).toBe(expected);
  else expect(says).toMatch(expected);
});

test('an expression is neither longer nor deeper than the limits', () => {
  const longest = `a${'+a'.repeat(limits.expressionCharactersMax / 2 - 1)}`;
  expect(parseExpression(longest)).not.toHaveProperty('code');
  expect(parseExpression(`${longest}+a`)).toMatchObject({
    code: 'expression.malformed',
    expected: 'the end at character 4097',
    got: '"4097 characters in all"',
  });
  const nested = (depth: number) => `${'('.repeat(depth)}a${')'.repeat(depth)}`;
  expect(parseExpression(nested(limits.expressionDepthMax - 1))).not.toHaveProperty('code');
  for (const text of [nested(limits.expressionDepthMax), `${'-'.repeat(2_000)}a`, `a${'^a'.repeat(2_000)}`]) {
    expect(parseExpression(text)).toHaveProperty('expected', expect.stringMatching(/^at most 64 parts inside each/));
  }
});
