import type { CompiledQuery, CompiledRoot } from './compiled-query.ts';
import { compileExpression, compileObject } from './expression-compiler.ts';
import { documentSlot, type Evaluate } from './frame.ts';
import { orderPathsOf } from './order-path.ts';
import { QueryError } from './query-error.ts';
import { parseQuery } from './query-parser.ts';
import { QueryScope } from './query-scope.ts';
import { checkSelection } from './select-checks.ts';
import { compileSources } from './source-compiler.ts';
import type { Expression, Query } from './syntax-tree.ts';

/**
 * Makes a query's text ready to run, any number of times and on any container.
 * @throws {QueryError} when it is no query, or one that the service refuses
 */
export function compileRoot(text: string): CompiledRoot {
  const query = parseQuery(text);
  const orderPaths = orderPathsOf(query);
  const scope = new QueryScope();
  const compiled = compileInScope(query, scope, true);
  const { slotCount, parameters } = scope.names.totals;
  return {
    ...compiled,
    readsContainer: query.sources.length > 0,
    orderPaths,
    slotCount,
    checkParameters(names) {
      for (const [name, range] of parameters) {
        if (!names.has(name)) throw new QueryError(`The parameter '${name}' has no value.`, range);
      }
    },
  };
}

/** A subquery of the query that `parent` belongs to. */
export function compileQuery(query: Query, parent: QueryScope): CompiledQuery {
  return compileInScope(query, new QueryScope(parent), false);
}

function compileInScope(query: Query, scope: QueryScope, isOutermost: boolean): CompiledQuery {
  checkSelection(query);
  if (query.top && query.limit) throw new QueryError("'TOP' cannot be used together with OFFSET LIMIT.");
  const compile = (expression: Expression) => compileExpression(expression, scope);
  const optional = (expression: Expression | undefined) => expression && compile(expression);
  const rows = compileSources(query.sources, scope, isOutermost, () => optional(query.where));
  const keys = query.groupBy.map(compile);
  const project = scope.withAggregates(() => compileSelection(query, scope));
  const { aggregates } = scope;
  return {
    rows,
    project,
    grouping: keys.length + aggregates.length > 0 ? { keys, aggregates } : undefined,
    order: query.orderBy.map(({ expression, descending }) => ({ evaluate: compile(expression), descending })),
    distinct: query.distinct,
    offset: optional(query.offset),
    limit: optional(query.top ?? query.limit),
  };
}

function compileSelection({ selection, sources }: Query, scope: QueryScope): Evaluate {
  if (selection.kind === 'value') return compileExpression(selection.expression, scope);
  if (selection.kind === 'list') {
    return compileObject(selection.items.map((item) => [item.name, compileExpression(item.expression, scope)]));
  }
  const alias = sources[0]?.alias;
  const slot = alias === undefined ? documentSlot : scope.names.slotOf(alias, selection.range);
  return (frame) => frame.slots[slot];
}
