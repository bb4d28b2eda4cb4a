import type { OrderPath } from './order-path.ts';
import { QueryError } from './query-error.ts';

/** What a container indexes. Paths are written `/a/b/?` (this value), `/a/*` (all below), `/"quoted name"/?`. */
export interface IndexingPolicy {
  readonly indexingMode: string;
  readonly includedPaths?: { path: string }[];
  readonly excludedPaths?: { path: string }[];
  readonly compositeIndexes?: { path: string; order?: string }[][];
}

/**
 * The service sorts by an index or not at all: one property must be indexed, several need a composite index.
 * @throws {QueryError} when a container's policy has no index for an ORDER BY
 */
export function checkOrderIndex(order: readonly OrderPath[], policy: IndexingPolicy): void {
  if (order.length === 1 && !isIndexed(pathOf(order[0]!), policy)) {
    throw new QueryError('The index path corresponding to the specified order-by item is excluded.');
  }
  if (order.length > 1 && !policy.compositeIndexes?.some((index) => covers(index, order))) {
    throw new QueryError(
      'The order by query does not have a corresponding composite index that it can be served from.',
    );
  }
}

const pathOf = ({ steps }: OrderPath) => `/${steps.join('/')}`;

/** Same paths in the same order, and either all directions the same or all the other way round. */
function covers(index: readonly { path: string; order?: string }[], order: readonly OrderPath[]): boolean {
  if (index.length !== order.length) return false;
  const samePaths = order.every((item, place) => unquote(index[place]!.path) === pathOf(item));
  const turned = order.map((item, place) => item.descending !== (index[place]!.order === 'descending'));
  return samePaths && new Set(turned).size === 1;
}

const unquote = (path: string) => path.replaceAll('"', '');

/** The longest path that matches decides. */
function isIndexed(path: string, policy: IndexingPolicy): boolean {
  if (policy.indexingMode === 'none') return false;
  // Whatever the policy says, the service indexes these two.
  if (path === '/id' || path === '/_ts') return true;
  const included = longestMatch(path, policy.includedPaths ?? []);
  return included > longestMatch(path, policy.excludedPaths ?? []);
}

function longestMatch(path: string, patterns: readonly { path: string }[]): number {
  return Math.max(-1, ...patterns.map((pattern) => matchLength(path, unquote(pattern.path))));
}

/** How much of a path a pattern names; -1 when it is of another path. An exact pattern outdoes one for all below. */
function matchLength(path: string, pattern: string): number {
  const stem = pattern.replace(/\/[*?]$/, '');
  if (pattern.endsWith('/*')) return path === stem || path.startsWith(`${stem}/`) ? stem.length : -1;
  return path === stem ? stem.length + 1 : -1;
}
