import { documentSlot, type Evaluate, type RowSource } from './frame.ts';
import { compileQuery } from './query-compiler.ts';
import { QueryError } from './query-error.ts';
import { resultsOf } from './query-results.ts';
import type { QueryScope } from './query-scope.ts';
import type { Collection, Source } from './syntax-tree.ts';
import { memberOf, type Value } from './value.ts';

/**
 * Chains FROM, its JOINs and the filter: each source is run for each row of those before it.
 * The first source of the outermost query is the container, whatever name the query gives it.
 */
export function compileSources(
  sources: readonly Source[],
  scope: QueryScope,
  isOutermost: boolean,
  compileFilter: () => Evaluate | undefined,
): RowSource {
  const links = sources.map((source, place) => compileSource(source, scope, isOutermost && place === 0));
  const filter = compileFilter();
  const last: RowSource = (frame, visit) => (filter === undefined || filter(frame) === true ? visit() : false);
  return links.reduceRight((next, link) => link(next), last);
}

type Link = (next: RowSource) => RowSource;

function compileSource(source: Source, scope: QueryScope, isContainer: boolean): Link {
  const { collection, iterates } = source;
  if (collection.kind === 'path') {
    const pathValue = compilePath(collection, scope, isContainer);
    const slot = scope.names.bind(source.alias);
    return iterates ? eachElement(pathValue, slot) : single(pathValue, slot);
  }
  if (isContainer) throw new QueryError('A subquery in place of the container is not served here.');
  const query = compileQuery(collection.query, scope);
  const slot = scope.names.bind(source.alias);
  const results: RowSource = (frame, visit) =>
    resultsOf(query, frame, query.rows).some((result) => {
      frame.slots[slot] = result;
      return visit();
    });
  if (!iterates) return (next) => (frame, visit) => results(frame, () => next(frame, visit));
  return (next) => {
    const elements = eachElement((frame) => frame.slots[slot], slot)(next);
    return (frame, visit) => results(frame, () => elements(frame, visit));
  };
}

function compilePath(
  collection: Extract<Collection, { kind: 'path' }>,
  scope: QueryScope,
  isContainer: boolean,
): Evaluate {
  const { root, steps, range } = collection;
  const slot = isContainer ? documentSlot : scope.names.slotOf(root, range);
  if (steps.length === 0) return (frame) => frame.slots[slot];
  return (frame) => steps.reduce<Value>(memberOf, frame.slots[slot]);
}

/** One row; none when there is nothing at the path. */
function single(pathValue: Evaluate, slot: number): Link {
  return (next) => (frame, visit) => {
    const value = pathValue(frame);
    if (value === undefined) return false;
    frame.slots[slot] = value;
    return next(frame, visit);
  };
}

/** One row for each element; none when the value is no array. */
function eachElement(pathValue: Evaluate, slot: number): Link {
  return (next) => (frame, visit) => {
    const value = pathValue(frame);
    if (!Array.isArray(value)) return false;
    return value.some((element) => {
      frame.slots[slot] = element;
      return next(frame, visit);
    });
  };
}
