import { QueryError } from './query-error.ts';
import type { Expression, OrderItem, Query } from './syntax-tree.ts';

/** The document path that one ORDER BY item sorts by, which an index must cover. */
export interface OrderPath {
  readonly steps: readonly (string | number)[];
  readonly descending: boolean;
}

/**
 * The paths of an outermost query's ORDER BY: the service sorts by what it has indexed, so by nothing that is computed.
 * @throws {QueryError} when an item is anything but a path into the document
 */
export function orderPathsOf(query: Query): OrderPath[] {
  if (query.orderBy.length > 0 && query.groupBy.length > 0) {
    throw new QueryError("'ORDER BY' is not supported in presence of GROUP BY.");
  }
  return query.orderBy.map((item) => orderPath(item, query));
}

function orderPath({ expression, descending }: OrderItem, query: Query): OrderPath {
  const [container] = query.sources;
  const path = stepsOf(expression);
  if (path === undefined || container === undefined || container.collection.kind !== 'path') {
    throw new QueryError(
      'Unsupported ORDER BY clause. ORDER BY item expression could not be mapped to a document path.',
    );
  }
  if (path.alias !== container.alias || container.iterates) {
    throw new QueryError('Order-by over correlated collections is not supported.');
  }
  return { steps: [...container.collection.steps, ...path.steps], descending };
}

function stepsOf(expression: Expression): { alias: string; steps: (string | number)[] } | undefined {
  if (expression.kind === 'name') return { alias: expression.name, steps: [] };
  if (expression.kind !== 'member' || expression.index.kind !== 'literal') return undefined;
  const { value } = expression.index;
  const path = stepsOf(expression.of);
  if (path === undefined || (typeof value !== 'string' && typeof value !== 'number')) return undefined;
  return { alias: path.alias, steps: [...path.steps, value] };
}
