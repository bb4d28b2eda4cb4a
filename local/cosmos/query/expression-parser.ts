import { parsePrimary } from './primary-parser.ts';
import type { BinaryOperator, Expression, UnaryOperator } from './syntax-tree.ts';
import type { TokenReader } from './token-reader.ts';

/** Operators that bind alike, the loosest first: the order of the service's published grammar, `||` included. */
const binaryLevels: readonly (readonly string[])[] = [
  ['||'],
  ['|'],
  ['^'],
  ['&'],
  ['=', '!=', '<>'],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];
/** As in the service NOT binds as tightly as a sign: `NOT c.a = 1` is `(NOT c.a) = 1`. */
const unaryOperators = ['NOT', '-', '+', '~'];

export function parseExpression(reader: TokenReader): Expression {
  return reader.nested(() => {
    const test = parseCoalesce(reader);
    if (!reader.accept('?')) return test;
    const then = parseExpression(reader);
    reader.expect(':');
    return { kind: 'conditional', test, then, otherwise: parseExpression(reader) };
  });
}

const parseCoalesce = (reader: TokenReader) => parseChain(reader, '??', parseOr);
const parseOr = (reader: TokenReader) => parseChain(reader, 'OR', parseAnd);
const parseAnd = (reader: TokenReader) => parseChain(reader, 'AND', parseCondition);

function parseChain(
  reader: TokenReader,
  operator: BinaryOperator,
  parseOperand: (reader: TokenReader) => Expression,
): Expression {
  let left = parseOperand(reader);
  while (reader.accept(operator)) left = { kind: 'binary', operator, left, right: parseOperand(reader) };
  return left;
}

function parseCondition(reader: TokenReader): Expression {
  const operand = parseBinary(reader, 0);
  const negated = reader.at('NOT') && ['IN', 'BETWEEN', 'LIKE'].includes(reader.following.text);
  if (negated) reader.advance();
  const condition = parseMembership(reader, operand) ?? parseBetween(reader, operand) ?? parseLike(reader, operand);
  if (condition === undefined) return operand;
  return negated ? { kind: 'unary', operator: 'NOT', operand: condition } : condition;
}

function parseMembership(reader: TokenReader, operand: Expression): Expression | undefined {
  if (!reader.accept('IN')) return undefined;
  reader.expect('(');
  const choices = reader.list(() => parseExpression(reader));
  reader.expect(')');
  return { kind: 'in', operand, choices };
}

/** `x BETWEEN a AND b` is `x >= a AND x <= b`, also in what is undefined. */
function parseBetween(reader: TokenReader, operand: Expression): Expression | undefined {
  if (!reader.accept('BETWEEN')) return undefined;
  const low: Expression = { kind: 'binary', operator: '>=', left: operand, right: parseBinary(reader, 0) };
  reader.expect('AND');
  const high: Expression = { kind: 'binary', operator: '<=', left: operand, right: parseBinary(reader, 0) };
  return { kind: 'binary', operator: 'AND', left: low, right: high };
}

function parseLike(reader: TokenReader, operand: Expression): Expression | undefined {
  if (!reader.accept('LIKE')) return undefined;
  const pattern = parseBinary(reader, 0);
  const escapeCharacter = reader.accept('ESCAPE') ? reader.take('string').text : '';
  return { kind: 'like', operand, pattern, escapeCharacter };
}

function parseBinary(reader: TokenReader, level: number): Expression {
  const operators = binaryLevels[level];
  if (operators === undefined) return parseUnary(reader);
  let left = parseBinary(reader, level + 1);
  while (reader.at(...operators)) {
    const { text } = reader.advance();
    const operator = (text === '<>' ? '!=' : text) as BinaryOperator;
    left = { kind: 'binary', operator, left, right: parseBinary(reader, level + 1) };
  }
  return left;
}

function parseUnary(reader: TokenReader): Expression {
  if (!reader.at(...unaryOperators)) return parseMembers(reader, parsePrimary(reader));
  const operator = reader.advance().text as UnaryOperator;
  return { kind: 'unary', operator, operand: reader.nested(() => parseUnary(reader)) };
}

function parseMembers(reader: TokenReader, start: Expression): Expression {
  let of = start;
  for (;;) {
    if (reader.accept('.')) {
      of = { kind: 'member', of, index: { kind: 'literal', value: reader.take('name').text } };
    } else if (reader.accept('[')) {
      of = { kind: 'member', of, index: parseExpression(reader) };
      reader.expect(']');
    } else return of;
  }
}
