/** Expected values are those of the service's documentation and of the rules its clients are tested against. */
import { describe, expect, test } from 'vitest';
import { evaluate } from './ask.ts';

const document = { yes: true, no: false, none: null, one: 1, text: 'a', list: [1], nested: { x: 1 } };

describe('logic has three values: what is not there, or is no boolean, is undefined', () => {
  test.each([
    ['true AND true', true],
    ['true AND c.missing', undefined],
    ['c.missing AND true', undefined],
    ['false AND c.missing', false],
    ['c.missing AND false', false],
    ['c.missing AND c.missing', undefined],
    ['c.one AND true', undefined],
    ['true OR c.missing', true],
    ['c.missing OR true', true],
    ['false OR c.missing', undefined],
    ['c.missing OR false', undefined],
    ['false OR false', false],
    ['NOT true', false],
    ['NOT c.missing', undefined],
    ['NOT c.one', undefined],
    ['NOT (c.missing = 1)', undefined],
    ['NOT IS_DEFINED(c.missing)', true],
    ['true OR false AND false', true],
    ['(true OR false) AND false', false],
  ])('%s is %s', (expression, expected) => {
    expect(evaluate(expression, document)).toBe(expected);
  });

  test('NOT binds like a sign: NOT c.yes = false compares its result', () => {
    expect(evaluate('NOT c.yes = false', document)).toBe(true);
    expect(evaluate('NOT c.one = 2', document)).toBeUndefined();
  });
});

describe('equality', () => {
  test.each([
    ['c.one = 1', true],
    ['c.one != 1', false],
    ['c.one <> 2', true],
    ['c.none = null', true],
    ['c.one = null', false],
    ['c.one != null', true],
    ['c.one = "1"', false],
    ['c.one != "1"', true],
    ['c.missing = 1', undefined],
    ['c.missing != 1', undefined],
    ['c.missing = undefined', undefined],
    ['c.missing = null', undefined],
    ['c.list = [1]', true],
    ['c.list = [2]', false],
    ['c.nested = {"x": 1}', true],
    ['{"a": 1, "b": 2} = {"b": 2, "a": 1}', true],
    ['[1, 2] = [2, 1]', false],
  ])('%s is %s', (expression, expected) => {
    expect(evaluate(expression, document)).toBe(expected);
  });
});

describe('order is defined within one simple type only', () => {
  test.each([
    ['1 < 2', true],
    ['2 <= 2', true],
    ['"a" < "b"', true],
    ['"B" < "a"', true],
    ['false < true', true],
    ['null <= null', true],
    ['1 < "2"', undefined],
    ['null < 1', undefined],
    ['true > 0', undefined],
    ['c.missing > 0', undefined],
    ['[1] < [2]', undefined],
    ['c.nested >= c.nested', undefined],
    ['3 BETWEEN 1 AND 5', true],
    ['0 BETWEEN 1 AND 5', false],
    ['0 NOT BETWEEN 1 AND 5', true],
    ['c.missing BETWEEN 1 AND 5', undefined],
    ['"x" BETWEEN 1 AND 5', undefined],
  ])('%s is %s', (expression, expected) => {
    expect(evaluate(expression, document)).toBe(expected);
  });
});

describe('membership and patterns', () => {
  test.each([
    ['c.one IN (3, 2, 1)', true],
    ['c.one IN (3, 2)', false],
    ['c.one NOT IN (3, 2)', true],
    ['c.one IN ("1")', false],
    ['c.missing IN (1)', undefined],
    ['c.missing NOT IN (1)', undefined],
    ['c.nested IN ({"x": 1})', true],
    ['"abc" LIKE "a%"', true],
    ['"abc" LIKE "%c"', true],
    ['"abc" LIKE "%b%"', true],
    ['"abc" LIKE "b%"', false],
    ['"abc" LIKE "a_c"', true],
    ['"abbc" LIKE "a_c"', false],
    ['"abc" NOT LIKE "b%"', true],
    ['"abc" LIKE "a[a-c]c"', true],
    ['"abc" LIKE "a[^a-c]c"', false],
    ['"a.c" LIKE "a.c"', true],
    ['"abc" LIKE "a.c"', false],
    ['"50%" LIKE "50!%" ESCAPE "!"', true],
    ['"50x" LIKE "50!%" ESCAPE "!"', false],
    ['"two\\nlines" LIKE "two%lines"', true],
    ['c.one LIKE "1"', undefined],
    ['c.missing LIKE "%"', undefined],
  ])('%s is %s', (expression, expected) => {
    expect(evaluate(expression, document)).toBe(expected);
  });
});

describe('arithmetic takes numbers only', () => {
  test.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['7 % 4', 3],
    ['7 / 2', 3.5],
    ['2 - -3', 5],
    ['-c.one', -1],
    ['6 & 3', 2],
    ['6 | 3', 7],
    ['6 ^ 3', 5],
    ['~0', -1],
    ['1 / 0', undefined],
    ['"1" + 1', undefined],
    ['c.missing + 1', undefined],
    ['null * 1', undefined],
    ['-c.text', undefined],
    ['"a" || "b"', 'ab'],
    ['"a" || 1', undefined],
    ['.5 + 1e1', 10.5],
  ])('%s is %s', (expression, expected) => {
    expect(evaluate(expression, document)).toBe(expected);
  });
});

describe('choices', () => {
  test.each([
    ['c.missing ?? "instead"', 'instead'],
    ['c.none ?? "instead"', null],
    ['c.missing ?? c.other ?? 3', 3],
    ['c.yes ? 1 : 2', 1],
    ['c.no ? 1 : 2', 2],
    ['c.one ? 1 : 2', 2],
    ['c.missing ? 1 : c.no ? 2 : 3', 3],
    ['IIF(c.yes, 1, 2)', 1],
    ['IIF(c.one, 1, 2)', 2],
  ])('%s is %s', (expression, expected) => {
    expect(evaluate(expression, document)).toBe(expected);
  });
});

describe('members', () => {
  test.each([
    ['c.nested.x', 1],
    ['c["nested"]["x"]', 1],
    ['c.list[0]', 1],
    ['c.list[1]', undefined],
    ['c.list["0"]', undefined],
    ['c.list.length', undefined],
    ['c.nested[0]', undefined],
    ['c.text.length', undefined],
    ['c.missing.deeper', undefined],
    ['c.none.deeper', undefined],
    ['c.constructor', undefined],
    ['c["__proto__"]', undefined],
    ['[1, 2, 3][c.one]', 2],
    ['{"a": {"b": 2}}.a.b', 2],
  ])('%s is %s', (expression, expected) => {
    expect(evaluate(expression, document)).toBe(expected);
  });

  test('arrays and objects leave out what is undefined', () => {
    expect(evaluate('[1, c.missing, null]', document)).toEqual([1, null]);
    expect(evaluate('{"a": 1, "b": c.missing, c: null}', document)).toEqual({ a: 1, c: null });
  });
});

test('strings: both kinds of quotes, and the escapes of JSON', () => {
  expect(evaluate(`'it''s'`.replace("''", "\\'"))).toBe("it's");
  expect(evaluate('"\\u00fc\\n\\t\\\\\\"\\/"')).toBe('ü\n\t\\"/');
});
