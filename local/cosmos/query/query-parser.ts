import { parseExpression } from './expression-parser.ts';
import { parseSources } from './source-parser.ts';
import type { Expression, OrderItem, Query, SelectItem, Selection } from './syntax-tree.ts';
import { TokenReader } from './token-reader.ts';

/**
 * Reads a query's text.
 * @throws {QueryError} when it is not one
 */
export function parseQuery(text: string): Query {
  const reader = new TokenReader(text);
  const query = parseSelect(reader);
  if (reader.current.kind !== 'end') reader.fail();
  return query;
}

export function parseSelect(reader: TokenReader): Query {
  return reader.nested(() => {
    reader.expect('SELECT');
    const distinct = reader.accept('DISTINCT');
    const top = reader.accept('TOP') ? parseCount(reader) : undefined;
    const selection = parseSelection(reader);
    const sources = reader.accept('FROM') ? parseSources(reader) : [];
    const where = reader.accept('WHERE') ? parseExpression(reader) : undefined;
    const groupBy = acceptBy(reader, 'GROUP') ? reader.list(() => parseExpression(reader)) : [];
    const orderBy = acceptBy(reader, 'ORDER') ? reader.list(() => parseOrderItem(reader)) : [];
    const offset = reader.accept('OFFSET') ? parseCount(reader) : undefined;
    if (offset !== undefined) reader.expect('LIMIT');
    const limit = offset && parseCount(reader);
    return { distinct, top, selection, sources, where, groupBy, orderBy, offset, limit };
  });
}

function acceptBy(reader: TokenReader, keyword: string): boolean {
  const found = reader.accept(keyword);
  if (found) reader.expect('BY');
  return found;
}

/** A number of rows: a literal or a parameter, nothing that is computed. */
function parseCount(reader: TokenReader): Expression {
  const { kind, text, start, end } = reader.current;
  if (kind !== 'number' && kind !== 'parameter') reader.fail();
  reader.advance();
  if (kind === 'parameter') return { kind: 'parameter', name: text, range: { start, end } };
  return { kind: 'literal', value: Number(text) };
}

function parseOrderItem(reader: TokenReader): OrderItem {
  const expression = parseExpression(reader);
  const descending = reader.accept('DESC');
  if (!descending) reader.accept('ASC');
  return { expression, descending };
}

function parseSelection(reader: TokenReader): Selection {
  const { start, end } = reader.current;
  if (reader.accept('*')) return { kind: 'star', range: { start, end } };
  if (reader.accept('VALUE')) return { kind: 'value', expression: parseExpression(reader) };
  let unnamed = 0;
  const items = reader.list((): SelectItem => {
    const { start } = reader.current;
    const expression = parseExpression(reader);
    const range = reader.rangeFrom(start);
    const name = parseAlias(reader) ?? nameOf(expression) ?? `$${++unnamed}`;
    return { expression, name, range };
  });
  return { kind: 'list', items };
}

export function parseAlias(reader: TokenReader): string | undefined {
  if (reader.accept('AS') || reader.current.kind === 'name') return reader.take('name').text;
  return undefined;
}

/** The name under which a selected expression appears without AS: its last property. */
function nameOf(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.name;
  if (expression.kind !== 'member' || expression.index.kind !== 'literal') return undefined;
  return typeof expression.index.value === 'string' ? expression.index.value : undefined;
}
