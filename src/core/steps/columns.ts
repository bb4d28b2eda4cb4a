import type { DoubleGraph, Value } from '../graph/double-graph.ts';

/** number: float64, NaN is missing. category: int32 code, -1 is missing, -2 unknown. text: a string. */
export type ColumnKind = 'number' | 'category' | 'text';

/** One column of values on its way to the model: column `index` of the matrix `value` in the graph. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly value: Value;
  readonly index: number;
  /** Number of columns of that matrix. */
  readonly width: number;
  /** Whether NaN here says that something was missing; otherwise it says that something overflowed. */
  readonly mayBeMissing: boolean;
  /** Of a category: the text of each code. */
  readonly categories?: readonly string[];
  /** Of a category: whether the last one was added by a step to those that the feature had. */
  readonly hasAddedCategory?: boolean;
}

/** What a name of a manifest stands for: one column, or the several that a step made of it. */
export interface Group {
  readonly name: string;
  readonly columns: readonly Column[];
}

/** The columns of a matrix of numbers. */
export const numberColumns = (value: Value, names: readonly string[], mayBeMissing: boolean): Column[] =>
  names.map((name, index) => ({ name, kind: 'number', value, index, width: names.length, mayBeMissing }));

/** The columns as one matrix [N, k], in the given order; no operator is added where they lie so already. */
export function assemble(graph: DoubleGraph, columns: readonly Column[]): Value {
  const runs: { value: Value; width: number; indexes: number[] }[] = [];
  for (const { value, width, index } of columns) {
    const last = runs.at(-1);
    if (last?.value === value) last.indexes.push(index);
    else runs.push({ value, width, indexes: [index] });
  }
  const isWhole = (width: number, indexes: readonly number[]) =>
    indexes.length === width && indexes.every((index, i) => index === i);
  return graph.concat(
    runs.map(({ value, width, indexes }) => (isWhole(width, indexes) ? value : graph.columns(value, indexes))),
  );
}

/** All columns of the groups as one matrix. */
export const assembleGroups = (graph: DoubleGraph, groups: readonly Group[]): Value =>
  assemble(
    graph,
    groups.flatMap(({ columns }) => columns),
  );

/** The groups with their columns taken from a new matrix, column by column: what a step in place leaves behind. */
export function replaced(groups: readonly Group[], value: Value, change: Partial<Column> = {}): Group[] {
  const width = groups.reduce((sum, { columns }) => sum + columns.length, 0);
  let index = 0;
  return groups.map(({ name, columns }) => ({
    name,
    columns: columns.map((column) => ({ ...column, kind: 'number', ...change, value, width, index: index++ })),
  }));
}
