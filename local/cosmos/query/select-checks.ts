import { aggregateNames } from './aggregates.ts';
import { QueryError } from './query-error.ts';
import type { Expression, Query } from './syntax-tree.ts';

/**
 * Holds a select list against the rest of its query.
 * @throws {QueryError} for a star, name or property that has no single meaning there
 */
export function checkSelection(query: Query): void {
  const { selection } = query;
  if (selection.kind === 'star') {
    if (query.sources.length === 1 && query.groupBy.length === 0) return;
    throw new QueryError("'SELECT *' is only valid with a single input set and without GROUP BY.", selection.range);
  }
  if (selection.kind === 'list') checkNames(selection.items);
  const expressions = selection.kind === 'value' ? [selection.expression] : selection.items.map(expressionOf);
  if (query.groupBy.length > 0 || expressions.some(hasAggregate)) {
    const groupKeys = new Set(query.groupBy.map(textOf));
    for (const expression of expressions) checkGrouped(expression, groupKeys);
  }
}

const expressionOf = (item: { expression: Expression }) => item.expression;

function checkNames(items: readonly { name: string; range: { start: number; end: number } }[]): void {
  const names = new Set<string>();
  for (const { name, range } of items) {
    if (names.has(name)) throw new QueryError(`The property '${name}' is selected more than once.`, range);
    names.add(name);
  }
}

/** A row of a group has no single value but for the group's keys and for aggregates. */
function checkGrouped(expression: Expression, groupKeys: ReadonlySet<string>): void {
  if (groupKeys.has(textOf(expression)) || isAggregate(expression)) return;
  if (expression.kind === 'name') {
    throw new QueryError(
      `Property reference '${expression.name}' is invalid in the select list because it is not contained in either ` +
        'an aggregate function or the GROUP BY clause.',
      expression.range,
    );
  }
  for (const part of partsOf(expression)) checkGrouped(part, groupKeys);
}

const isAggregate = (expression: Expression) => expression.kind === 'call' && aggregateNames.has(expression.name);

function hasAggregate(expression: Expression): boolean {
  return isAggregate(expression) || partsOf(expression).some(hasAggregate);
}

/** Equal for expressions that are written alike, wherever they stand. */
function textOf(expression: Expression): string {
  return JSON.stringify(expression, (name, value) => (name === 'range' ? undefined : value));
}

/** The expressions right inside one; a subquery keeps its own. */
function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'member':
      return [expression.of, expression.index];
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'in':
      return [expression.operand, ...expression.choices];
    case 'like':
      return [expression.operand, expression.pattern];
    case 'conditional':
      return [expression.test, expression.then, expression.otherwise];
    case 'array':
      return expression.items;
    case 'object':
      return expression.properties.map(([, value]) => value);
    case 'call':
      return expression.operands;
    default:
      return [];
  }
}
