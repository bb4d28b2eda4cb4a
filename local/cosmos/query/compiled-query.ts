import type { Evaluate, RowSource } from './frame.ts';
import type { OrderPath } from './order-path.ts';
import type { AggregateCall } from './query-scope.ts';

export interface CompiledOrder {
  readonly evaluate: Evaluate;
  readonly descending: boolean;
}

/** A (sub)query, ready to run. */
export interface CompiledQuery {
  /** Visits each row that passes the filter. */
  readonly rows: RowSource;
  /** A row's result; undefined results are dropped. */
  readonly project: Evaluate;
  /** There when rows are put together: by keys, by aggregates or both. */
  readonly grouping: { readonly keys: readonly Evaluate[]; readonly aggregates: readonly AggregateCall[] } | undefined;
  readonly order: readonly CompiledOrder[];
  readonly distinct: boolean;
  /** Both absent or numbers of rows; checked when the query runs, for parameters may hold them. */
  readonly offset: Evaluate | undefined;
  readonly limit: Evaluate | undefined;
}

/** An outermost query. */
export interface CompiledRoot extends CompiledQuery {
  /** False for a query without FROM, which has one row. */
  readonly readsContainer: boolean;
  readonly orderPaths: readonly OrderPath[];
  readonly slotCount: number;
  /** @throws {QueryError} when a parameter that the query names is missing */
  readonly checkParameters: (names: ReadonlySet<string>) => void;
}
