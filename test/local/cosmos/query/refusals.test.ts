import { describe, expect, test } from 'vitest';
import { QueryError } from '../../../../local/cosmos/query/query-error.ts';
import { ask } from './ask.ts';

function errorOf(text: string, parameters = {}): QueryError {
  try {
    ask(text, [{ id: '1' }], parameters);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`expected a refusal of ${text}`);
}

describe('syntax: the place and the text at it', () => {
  test.each([
    ['', 0, 0, 'unexpected end-of-file'],
    ['SELECT', 6, 6, 'unexpected end-of-file'],
    ['SELECT * FROM c WHERE c.a = ', 28, 28, 'unexpected end-of-file'],
    ['SELECT * FORM c', 9, 13, "near 'FORM'"],
    ['SELECT * FROM c c2 c3', 19, 21, "near 'c3'"],
    ['SELECT c. FROM c', 10, 14, "near 'FROM'"],
    ['SELECT c.value FROM c', 9, 14, "near 'value'"],
    ['SELECT c.order FROM c', 9, 14, "near 'order'"],
    ['SELECT (1 FROM c', 10, 14, "near 'FROM'"],
    ['SELECT 1; FROM c', 8, 16, "near '; FROM c'"],
    ["SELECT 'open FROM c", 7, 17, "near ''open FROM'"],
    ['SELECT "\\x" FROM c', 7, 11, 'invalid escape sequence'],
    ['SELECT * FROM c ORDER c.x', 22, 23, "near 'c'"],
    ['SELECT * FROM c OFFSET 1', 24, 24, 'unexpected end-of-file'],
    ['SELECT TOP (1) * FROM c', 11, 12, "near '('"],
    ['SELECT * FROM c WHERE c.a LIKE "x" ESCAPE c.b', 42, 43, "near 'c'"],
  ])('%s', (text, start, end, message) => {
    const error = errorOf(text);
    expect(error.message).toContain(message);
    expect(error.location).toEqual({ start, end });
  });
});

describe('meaning', () => {
  test.each([
    ['SELECT * FROM c WHERE x.a = 1', 'SC2001', "Identifier 'x' could not be resolved."],
    ['SELECT * FROM c AS d WHERE c.a = 1', 'SC2001', "Identifier 'c' could not be resolved."],
    ['SELECT * FROM c WHERE c.a = TRUE', 'SC2001', "Identifier 'TRUE' could not be resolved."],
    ['SELECT VALUE x FROM c WHERE EXISTS(SELECT VALUE x FROM x IN c.list)', 'SC2001', "Identifier 'x' could"],
    ['SELECT VALUE NOPE(1)', 'SC2005', "'NOPE' is not a recognized built-in function name."],
    ['SELECT VALUE ABS()', undefined, 'The ABS function takes 1 operand(s), got 0.'],
    ['SELECT VALUE CONTAINS("a", "b", true, 4)', undefined, 'takes 2 to 3 operand(s), got 4'],
    ['SELECT VALUE udf.f(1)', undefined, 'User-defined functions are not served'],
    ['SELECT c.id FROM c JOIN c IN c.list', undefined, "alias 'c' is specified more than once"],
    ['SELECT * FROM c JOIN d IN c.list', undefined, "'SELECT *' is only valid with a single input set"],
    ['SELECT *', undefined, "'SELECT *' is only valid with a single input set"],
    ['SELECT c.a, c.b AS a FROM c', undefined, "'a' is selected more than once"],
    ['SELECT c.a, COUNT(1) FROM c', undefined, "Property reference 'c' is invalid in the select list"],
    ['SELECT c.b FROM c GROUP BY c.a', undefined, "Property reference 'c' is invalid in the select list"],
    ['SELECT VALUE COUNT(MAX(c.a)) FROM c', undefined, 'The aggregate MAX is not allowed here'],
    ['SELECT * FROM c WHERE COUNT(1) > 1', undefined, 'The aggregate COUNT is not allowed here'],
    ['SELECT VALUE COUNT() FROM c', undefined, 'The COUNT function takes 1 operand(s), got 0.'],
    ['SELECT * FROM c ORDER BY LOWER(c.a)', undefined, 'could not be mapped to a document path'],
    ['SELECT VALUE d FROM c JOIN d IN c.list ORDER BY d.a', undefined, 'Order-by over correlated collections'],
    ['SELECT c.a FROM c GROUP BY c.a ORDER BY c.a', undefined, "'ORDER BY' is not supported in presence of GROUP BY"],
    ['SELECT TOP 1 * FROM c OFFSET 1 LIMIT 1', undefined, "'TOP' cannot be used together with OFFSET LIMIT"],
    ['SELECT TOP 1.5 * FROM c', undefined, 'take an integer of 0 or more, got 1.5'],
    ['SELECT * FROM (SELECT VALUE c.a FROM c) AS d', undefined, 'A subquery in place of the container'],
    ['SELECT * FROM c WHERE c.a = @a', undefined, "The parameter '@a' has no value."],
  ])('%s', (text, code, message) => {
    const error = errorOf(text);
    expect(error.message).toContain(message);
    expect(error.code).toBe(code);
  });

  test('a number of rows that a parameter gives must be one', () => {
    expect(errorOf('SELECT TOP @n * FROM c', { '@n': '3' }).message).toContain('got "3"');
    expect(errorOf('SELECT * FROM c OFFSET @n LIMIT 1', { '@n': -1 }).message).toContain('got -1');
  });
});

test('a query that nests too deep is refused, not fatal', () => {
  for (const [open, close] of [
    ['(', ')'],
    ['[', ']'],
    ['NOT ', ''],
    ['(SELECT VALUE ', ')'],
    ['ABS(', ')'],
  ] as const) {
    const nest = (levels: number) => `SELECT VALUE ${open.repeat(levels)}1${close.repeat(levels)}`;
    expect(ask(nest(50))).toHaveLength(open === 'NOT ' ? 0 : 1);
    expect(errorOf(nest(100_000)).message).toContain('nests deeper than');
  }
});
