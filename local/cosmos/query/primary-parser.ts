import { parseExpression } from './expression-parser.ts';
import { QueryError } from './query-error.ts';
import { parseSelect } from './query-parser.ts';
import type { Expression, SubqueryForm } from './syntax-tree.ts';
import type { TokenReader } from './token-reader.ts';
import type { Value } from './value.ts';

const constants: Readonly<Record<string, Value>> = { TRUE: true, FALSE: false, NULL: null, UNDEFINED: undefined };
const subqueryForms: Readonly<Record<string, SubqueryForm>> = { EXISTS: 'exists', ARRAY: 'array' };

/** What operators and member accesses apply to: a literal, name, parameter, call, or something in brackets. */
export function parsePrimary(reader: TokenReader): Expression {
  const { kind, text, start, end } = reader.current;
  switch (kind) {
    case 'number':
      reader.advance();
      return { kind: 'literal', value: Number(text) };
    case 'string':
      reader.advance();
      return { kind: 'literal', value: text };
    case 'parameter':
      reader.advance();
      return { kind: 'parameter', name: text, range: { start, end } };
    case 'name':
      return parseNameOrCall(reader);
    case 'keyword':
      return parseKeyword(reader);
    default:
      return parseBracketed(reader);
  }
}

function parseNameOrCall(reader: TokenReader): Expression {
  const { text, start, end } = reader.advance();
  const range = { start, end };
  if (!reader.accept('(')) return { kind: 'name', name: text, range };
  return { kind: 'call', name: text.toUpperCase(), operands: parseList(reader, ')'), range };
}

function parseKeyword(reader: TokenReader): Expression {
  const { text, start, end } = reader.current;
  if (text in constants) {
    reader.advance();
    return { kind: 'literal', value: constants[text] };
  }
  const form = subqueryForms[text];
  if (form !== undefined) {
    reader.advance();
    reader.expect('(');
    return parseSubquery(reader, form);
  }
  // LEFT and RIGHT are reserved words and functions at once.
  if (reader.at('LEFT', 'RIGHT')) return parseNameOrCall(reader);
  if (reader.at('UDF')) throw new QueryError('User-defined functions are not served here.', { start, end });
  return reader.fail();
}

function parseBracketed(reader: TokenReader): Expression {
  if (reader.accept('(')) {
    if (reader.at('SELECT')) return parseSubquery(reader, 'scalar');
    const inner = parseExpression(reader);
    reader.expect(')');
    return inner;
  }
  if (reader.accept('[')) return { kind: 'array', items: parseList(reader, ']') };
  if (reader.accept('{')) return parseObject(reader);
  return reader.fail();
}

function parseSubquery(reader: TokenReader, form: SubqueryForm): Expression {
  const query = parseSelect(reader);
  reader.expect(')');
  return { kind: 'subquery', form, query };
}

function parseList(reader: TokenReader, end: string): Expression[] {
  if (reader.accept(end)) return [];
  const elements = reader.list(() => parseExpression(reader));
  reader.expect(end);
  return elements;
}

function parseObject(reader: TokenReader): Expression {
  if (reader.accept('}')) return { kind: 'object', properties: [] };
  const properties = reader.list((): [string, Expression] => {
    const name = reader.take(reader.current.kind === 'string' ? 'string' : 'name').text;
    reader.expect(':');
    return [name, parseExpression(reader)];
  });
  reader.expect('}');
  return { kind: 'object', properties };
}
